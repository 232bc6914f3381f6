import { InvalidArgumentError } from 'commander'
import type { ReplicaRange } from '../scaling/lab-policy.ts'

/** `--replicas rides-writer=2,rides-api=1`, also repeated. */
export function collectReplicas(text: string, before: Record<string, number> = {}): Record<string, number> {
  const replicas = { ...before }
  for (const part of text.split(',')) {
    const match = /^([a-z][a-z-]*)=([0-9]{1,3})$/.exec(part.trim())
    if (!match) throw new InvalidArgumentError('expected PROCESS=NUMBER, e.g. rides-writer=2')
    replicas[match[1] as string] = Number(match[2])
  }
  return replicas
}

/** `--scale rides-writer=1..4`, also repeated. */
export function collectRanges(
  text: string,
  before: Record<string, ReplicaRange> = {},
): Record<string, ReplicaRange> {
  const ranges = { ...before }
  for (const part of text.split(',')) {
    const match = /^([a-z][a-z-]*)=([0-9]{1,3})\.\.([0-9]{1,3})$/.exec(part.trim())
    const [min, max] = [Number(match?.[2]), Number(match?.[3])]
    if (!match || max < 1 || min > max)
      throw new InvalidArgumentError('expected PROCESS=MIN..MAX with MIN <= MAX, e.g. rides-writer=1..4')
    ranges[match[1] as string] = { min, max }
  }
  return ranges
}

/** `--threads 32,64,128`. */
export function parseThreads(text: string): number[] {
  const threads = text.split(',').map((part) => part.trim())
  if (!threads.every((part) => /^[1-9][0-9]{0,3}$/.test(part)))
    throw new InvalidArgumentError('expected numbers from 1 to 9999, e.g. 32,64,128')
  return threads.map(Number)
}

/** A TCP port. */
export function parsePort(text: string): number {
  const port = Number(text)
  if (!/^[0-9]{1,5}$/.test(text) || port < 1 || port > 65_535)
    throw new InvalidArgumentError('expected a port from 1 to 65535')
  return port
}

/** An http URL. */
export function parseHttpUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new InvalidArgumentError('expected a URL such as http://127.0.0.1:8080')
  return text
}
