import { amqpSettings } from '@chairlift/kit/config/common-settings.ts'
import { loadConfig } from '@chairlift/kit/config/load-config.ts'
import type { Experiment } from '@chairlift/loadgen/experiment/experiment.ts'
import { describeEnvironment } from '@chairlift/loadgen/result/describe-environment.ts'
import type { Environment } from '@chairlift/loadgen/result/result-schema.ts'
import type { FaultInjector } from '@chairlift/loadgen/run/fault-plan.ts'
import type { Observer } from '@chairlift/loadgen/run/observer.ts'
import type { WorkloadDefinition } from '@chairlift/loadgen/workloads/workload-definition.ts'
import Type from 'typebox'
import { createLabFaults } from '../faults/lab-faults.ts'
import { readBackingVersions } from '../observe/backing-versions.ts'
import { observeLab } from '../observe/lab-observer.ts'
import { openQueueDepthReader } from '../observe/queue-depth.ts'
import { startLab } from '../start-lab.ts'
import { readGitCommit } from '../version.ts'
import { type ScalingOptions, startingReplicas, startScaling } from './start-scaling.ts'

/** The service under test, running: started by us in a lab, or somebody else's. */
export interface ExperimentTarget extends AsyncDisposable {
  url: string
  observer?: Observer
  /** Of a lab. */
  faults?: FaultInjector
  environment: Environment
}

export interface TargetOptions extends ScalingOptions {
  /** Instead of the experiment's own target. */
  target?: string
  log(line: string): void
  signal: AbortSignal
  onServiceLine?(line: string): void
}

/**
 * Opens what the experiment is to be run against. Without a URL the workload's system is started with its servers,
 * and stopped again when the target is disposed of.
 */
export async function openExperimentTarget(
  experiment: Experiment,
  workload: WorkloadDefinition,
  options: TargetOptions,
): Promise<ExperimentTarget> {
  const url = options.target ?? ('url' in experiment.target ? experiment.target.url : undefined)
  return url === undefined ? await openLab(workload.system, options) : await openUrl(url, workload.queues)
}

async function openLab(system: string, options: TargetOptions): Promise<ExperimentTarget> {
  const { log, signal, onServiceLine } = options
  log(`starting ${system} with its servers`)
  await using owned = new AsyncDisposableStack()
  const lab = owned.use(
    await startLab({
      systems: [system],
      environment: process.env,
      log,
      signal,
      replicas: startingReplicas([system], options),
      ...(onServiceLine && { onServiceLine }),
    }),
  )
  const observer = owned.use(observeLab(lab, system))
  owned.use(startScaling(lab, options, log))
  const environment = describeEnvironment(await readBackingVersions(lab.backing), await readGitCommit())
  const all = owned.move()
  return {
    url: (lab.systems[system] as { url: string }).url,
    observer,
    faults: createLabFaults(lab, log),
    environment,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

async function openUrl(url: string, queues: readonly string[]): Promise<ExperimentTarget> {
  const environment = describeEnvironment({}, await readGitCommit())
  // Optional, and like every process's also from AMQP_URL_FILE: with it queue depth becomes part of the result.
  const { amqpUrl } = loadConfig(Type.Object({ amqpUrl: Type.Optional(amqpSettings.amqpUrl) }), process.env)
  if (!amqpUrl || queues.length === 0)
    return { url, environment, [Symbol.asyncDispose]: () => Promise.resolve() }
  const depth = openQueueDepthReader(amqpUrl, queues)
  return {
    url,
    environment,
    observer: {
      observe: async () => ({ queueDepth: await depth.read(), eventsWaiting: null, replicas: {} }),
    },
    [Symbol.asyncDispose]: () => depth[Symbol.asyncDispose](),
  }
}
