import { gunzipSync, gzipSync } from 'node:zlib'

const begin = '-----BEGIN CHAIRLIFT RESULT-----'
const end = '-----END CHAIRLIFT RESULT-----'

/**
 * A result document as lines of a log, compressed: from a container that has ended the log is all there is.
 *
 * @param document the text of a result.json
 */
export function formatResultBlock(document: string): string {
  const lines =
    gzipSync(document)
      .toString('base64')
      .match(/.{1,76}/g) ?? []
  return `${[begin, ...lines, end].join('\n')}\n`
}

/**
 * The last result document in a log.
 *
 * @throws Error that says whether there is none, or only a part of one
 */
export function extractResult(log: string): string {
  const start = log.lastIndexOf(begin)
  if (start === -1) throw new Error('there is no result in this log; did the run end, with --result-in-log?')
  const stop = log.indexOf(end, start)
  if (stop === -1) throw new Error('the log ends in the middle of the result')
  const encoded = log.slice(start + begin.length, stop).replaceAll(/\s/g, '')
  try {
    return gunzipSync(Buffer.from(encoded, 'base64')).toString('utf8')
  } catch (error) {
    throw new Error('the result in this log is damaged', { cause: error })
  }
}
