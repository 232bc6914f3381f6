import { createHash } from 'node:crypto'
import os from 'node:os'
import type { Environment } from './result-schema.ts'

/**
 * The machine the load generator runs on. The host's name is given as a hash: enough to see that two results come
 * from different machines, without publishing what they are called.
 *
 * @param backing versions by server, such as {rabbitmq: '4.1.0'}
 * @param gitCommit of the code that ran, or null when unknown
 */
export function describeEnvironment(backing: Record<string, string>, gitCommit: string | null): Environment {
  return {
    node: process.version,
    cpus: os.availableParallelism(),
    cpuModel: os.cpus()[0]?.model.trim() ?? 'unknown',
    memoryBytes: os.totalmem(),
    kernel: `${os.type()} ${os.release()}`,
    hostHash: createHash('sha256').update(os.hostname()).digest('hex').slice(0, 12),
    backing,
    gitCommit,
  }
}
