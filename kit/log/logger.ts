import { type Logger, pino } from 'pino'

export type { Logger }

/**
 * JSON lines on stdout: `msg` is an event-like sentence, data are fields.
 * Values under the listed names are replaced, so that a secret cannot leak through a logged object.
 */
export function createLogger(name: string, level: string): Logger {
  return pino(
    {
      level,
      base: { process: name, pid: process.pid },
      redact: {
        paths: ['*.password', '*.amqpUrl', '*.databaseUrl', '*.redisUrl', 'url'],
        censor: '(redacted)',
      },
    },
    // The plain descriptor: process.stdout makes a pipe non-blocking, and a line that then meets EAGAIN is
    // written after the later ones.
    pino.destination({ dest: 1, sync: true }),
  )
}

/** Takes user name and password out of a URL, for logs and error texts. */
export function withoutCredentials(url: string): string {
  try {
    const parsed = new URL(url)
    // `user:password@host` parses as the scheme `user:`.
    if (parsed.host === '') return '(not a URL)'
    parsed.username = ''
    parsed.password = ''
    return parsed.href
  } catch {
    return '(not a URL)'
  }
}
