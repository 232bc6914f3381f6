import type { Logger } from '@chairlift/kit/log/logger.ts'
import type { Metrics } from '@chairlift/kit/metrics/metrics.ts'
import type { ApiClient } from '../kubernetes/api-client.ts'
import { createEventRecorder } from '../kubernetes/event-recorder.ts'
import { type ApiList, type HorizontalPodAutoscaler, keyOf, type Pod } from '../kubernetes/objects.ts'
import { Reflector } from '../kubernetes/reflector.ts'
import { WorkQueue } from '../kubernetes/work-queue.ts'
import type { QueueScaler } from '../queue-scaler/queue-scaler.ts'
import { DepthReaders } from '../signals/depth-readers.ts'
import { SignalCollector } from '../signals/signal-collector.ts'
import { createControllerMetrics } from './controller-metrics.ts'
import type { ReconcileContext } from './reconcile-context.ts'
import { reconcileScaler } from './reconcile-scaler.ts'
import { ScalerState } from './scaler-state.ts'
import { indexTargets } from './target-conflicts.ts'
import { scalersPath } from './write-status.ts'

export interface ScalerControllerOptions {
  /** Fenced: its writes are held back unless this process leads. */
  client: ApiClient
  /** The namespace to look at; undefined: all of them. */
  namespace: string | undefined
  /** Time between two looks at a scaler's queues. */
  intervalMs: number
  /** Scalers looked after at the same time. */
  concurrency: number
  identity: string
  isLeader(): boolean
  logDecisions: boolean
  log: Logger
  metrics: Metrics
}

export interface ScalerController {
  /** Resolves when what there is has been seen. */
  readonly synced: Promise<unknown>
  /** Begins to act; before, it only watches, so that a successor need not read everything first. */
  lead(): void
  /** Ends the work that goes on: nothing is decided or written any more when it resolves. */
  stopActing(): Promise<void>
  /** Closes what is open. Whoever waits for the lease need not wait for this. */
  stopWatching(): Promise<void>
}

/** Watches QueueScalers, and while it leads keeps each of their targets as its decision says. */
export function createScalerController(options: ScalerControllerOptions): ScalerController {
  const { client, namespace, log, intervalMs } = options
  const states = new Map<string, ScalerState>()
  const depthReaders = new DepthReaders()
  const events = createEventRecorder(client, 'chairlift-operator', options.identity, log)
  let usersOf: ReturnType<typeof indexTargets> | undefined
  let queue: WorkQueue | undefined

  const scalers = new Reflector<QueueScaler>({
    client,
    path: scalersPath(namespace),
    log,
    onChange(key) {
      usersOf = undefined
      queue?.add(key)
    },
  })
  const autoscalers = new Reflector<HorizontalPodAutoscaler>({
    client,
    path: `/apis/autoscaling/v2${namespace ? `/namespaces/${namespace}` : ''}/horizontalpodautoscalers`,
    log,
    onChange: () => {
      usersOf = undefined
    },
  })
  const measures = createControllerMetrics(options.metrics, {
    isLeader: options.isLeader,
    queueDepth: () => queue?.depth ?? 0,
    scalers: () => scalers.values().length,
    watchSilenceMs: () => scalers.silenceMs(),
  })
  const context: ReconcileContext = {
    client,
    rivals(scaler) {
      usersOf ??= indexTargets(scalers.values(), autoscalers.values())
      return usersOf(scaler)
    },
    events,
    metrics: measures,
    logDecisions: options.logDecisions,
    log,
  }

  async function listPods(inNamespace: string, selector: string): Promise<Pod[]> {
    const list = await client.request<ApiList<Pod>>('GET', `/api/v1/namespaces/${inNamespace}/pods`, {
      // Version 0: from the API server's cache, which is fresh enough and costs etcd nothing.
      query: { labelSelector: selector, resourceVersion: 0 },
    })
    return list.items ?? []
  }

  function newState(scaler: QueueScaler): ScalerState {
    const { name, namespace: at } = scaler.metadata
    return new ScalerState(scaler, {
      intervalMs,
      listPods: (selector) => listPods(at, selector),
      createCollector: (spec, list) =>
        new SignalCollector({
          spec,
          depthReaders,
          listPods: list,
          onFault: (source, error) =>
            log.debug({ namespace: at, name, source, reason: error.message }, 'signal not read'),
        }),
    })
  }

  async function forget(key: string): Promise<void> {
    const state = states.get(key)
    states.delete(key)
    queue?.forget(key)
    const [at = '', name = ''] = key.split('/')
    for (const gauge of [
      measures.desiredReplicas,
      measures.currentReplicas,
      measures.readyMessages,
      measures.expectedWaitSeconds,
    ])
      gauge.remove({ namespace: at, name })
    await state?.[Symbol.asyncDispose]()
  }

  async function handle(key: string): Promise<{ requeueAfterMs?: number }> {
    const scaler = scalers.get(key)
    if (!scaler || scaler.metadata.deletionTimestamp !== undefined) {
      await forget(key)
      return {}
    }
    // Deleted and made again under the same name: nothing of the old one is true of it.
    if (states.has(key) && states.get(key)?.uid !== scaler.metadata.uid) await forget(key)
    const state = states.get(key) ?? newState(scaler)
    states.set(key, state)
    await reconcileScaler(scaler, state, context)
    return { requeueAfterMs: intervalMs }
  }

  scalers.start()
  autoscalers.start()
  return {
    synced: Promise.all([scalers.synced, autoscalers.synced]),
    lead() {
      queue = new WorkQueue({
        concurrency: options.concurrency,
        maxBackoffMs: 5_000,
        handle,
        onError: (key, error, attempt) =>
          log.warn({ scaler: key, attempt, reason: error.message }, 'reconcile failed; it is tried again'),
        onHandled(_, seconds, result) {
          measures.reconciles.inc({ result })
          measures.reconcileSeconds.observe(seconds)
        },
      })
      for (const scaler of scalers.values()) queue.add(keyOf(scaler))
    },
    async stopActing() {
      await queue?.stop()
    },
    async stopWatching() {
      await Promise.all([
        scalers.stop(),
        autoscalers.stop(),
        events.flush(),
        ...[...states.values()].map((state) => state[Symbol.asyncDispose]()),
      ])
    },
  }
}
