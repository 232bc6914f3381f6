import { pino } from 'pino'
import type { Logger } from '../log/logger.ts'

export interface LogLine {
  level: number
  msg: string
  [field: string]: unknown
}

/** A logger that keeps its lines instead of printing them. */
export function capturedLog(): { log: Logger; lines: LogLine[] } {
  const lines: LogLine[] = []
  const log = pino({ level: 'debug' }, { write: (line: string) => lines.push(JSON.parse(line) as LogLine) })
  return { log, lines }
}
