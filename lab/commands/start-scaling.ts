import { closeSync, openSync, writeSync } from 'node:fs'
import type { ReplicaRange } from '../scaling/lab-policy.ts'
import { scaleLab } from '../scaling/scale-lab.ts'
import type { Lab } from '../start-lab.ts'
import { systems } from '../systems.ts'

/** How many processes of each consumer: a number, or a range within which it scales with its queue. */
export interface ScalingOptions {
  replicas?: Record<string, number>
  scale?: Record<string, ReplicaRange>
  /** File for every decision. */
  scalerLog?: string
}

/**
 * Processes to begin with: fixed numbers, and the least of each range. Checks the options before anything is started.
 * @throws Error when a process is both fixed and scaled, or is no consumer of these systems
 */
export function startingReplicas(names: readonly string[], options: ScalingOptions): Record<string, number> {
  const { replicas: fixed = {}, scale: ranges = {} } = options
  const consumers = names.flatMap((system) => Object.keys(systems[system]?.queues ?? {}))
  for (const name of Object.keys(ranges)) {
    if (name in fixed) throw new Error(`${name} is given both a number (--replicas) and a range (--scale)`)
    if (!consumers.includes(name))
      throw new Error(`no consumer "${name}" to scale; there are: ${consumers.join(', ')}`)
  }
  const least = Object.entries(ranges).map(([name, { min }]) => [name, min])
  return { ...Object.fromEntries(least), ...fixed }
}

/** Scales the lab's consumers as the options of a command say. @throws Error when the log cannot be written */
export function startScaling(
  lab: Lab,
  options: ScalingOptions,
  log: (line: string) => void,
): AsyncDisposable {
  const { replicas: fixed = {}, scale: ranges = {}, scalerLog } = options
  const stack = new AsyncDisposableStack()
  const file = scalerLog === undefined ? undefined : openSync(scalerLog, 'w')
  if (file !== undefined) stack.defer(() => closeSync(file))
  stack.use(
    scaleLab(lab, {
      fixed,
      ranges,
      log,
      ...(file !== undefined && { onDecision: (line) => writeSync(file, `${JSON.stringify(line)}\n`) }),
    }),
  )
  return stack
}
