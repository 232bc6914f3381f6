import { type Logger, pino } from 'pino'

export type { Logger }

/**
 * JSON lines on stdout: `msg` is an event-like sentence, data are fields.
 * Values under the listed names are replaced, so that a secret cannot leak through a logged object.
 */
export function createLogger(name: string, level: string): Logger {
  return pino({
    level,
    base: { process: name, pid: process.pid },
    redact: {
      paths: ['*.password', '*.amqpUrl', '*.databaseUrl', '*.redisUrl', 'url'],
      censor: '(redacted)',
    },
  })
}

/** Takes user name and password out of a URL, for logs and error texts. */
export function withoutCredentials(url: string): string {
  try {
    const parsed = new URL(url)
    parsed.username = ''
    parsed.password = ''
    return parsed.href
  } catch {
    return '(not a URL)'
  }
}
