import { emptyHistory } from '../decide/history.ts'
import type { Decision, History, Policy } from '../decide/types.ts'
import type { Pod, Scale } from '../kubernetes/objects.ts'
import type { QueueScaler } from '../queue-scaler/queue-scaler.ts'
import { resolvePolicy } from '../queue-scaler/resolve-policy.ts'
import type { QueueScalerSpec } from '../queue-scaler/spec-schema.ts'
import { DecisionLog } from '../replay/decision-log.ts'
import type { SignalCollector } from '../signals/signal-collector.ts'
import { BrokerSecretReader } from './broker-secret.ts'
import { StatusThrottle } from './status-throttle.ts'

export interface StateOptions {
  intervalMs: number
  createCollector(spec: QueueScalerSpec, listPods: () => Promise<Pod[]>): SignalCollector
  listPods(selector: string): Promise<Pod[]>
}

/** What the controller keeps of one QueueScaler between two reconciles. It is lost with the process, and not missed. */
export class ScalerState implements AsyncDisposable {
  readonly uid: string
  readonly secret = new BrokerSecretReader()
  readonly throttle: StatusThrottle
  readonly decisionLog: DecisionLog
  history: History = emptyHistory()
  decision: Decision | undefined
  lastScaleTime: string | undefined
  /** The broker refuses what we know of it: a person has to mend something, perhaps the Secret. */
  faulty = false
  readonly #options: StateOptions
  #followed: { generation: number; policy: Policy; collector: SignalCollector } | undefined
  #scale: { value: Scale; readAtMs: number } | undefined
  #decidedFrom = ''
  #decidedAtMs = Number.NEGATIVE_INFINITY
  #clockMs = 0

  constructor(scaler: QueueScaler, options: StateOptions) {
    this.uid = scaler.metadata.uid
    this.throttle = new StatusThrottle(scaler.status)
    this.decisionLog = new DecisionLog(`${scaler.metadata.namespace}/${scaler.metadata.name}`)
    this.lastScaleTime = scaler.status?.lastScaleTime
    this.#options = options
  }

  /**
   * Policy and signals of the present spec; both are made anew when it changes, the history stays.
   * @throws RangeError when the spec makes no sense, which the CRD's rules prevent
   */
  async follow(scaler: QueueScaler): Promise<{ policy: Policy; collector: SignalCollector }> {
    const { generation } = scaler.metadata
    if (this.#followed?.generation === generation) return this.#followed
    const policy = resolvePolicy(scaler.spec, this.#options.intervalMs)
    await this.#followed?.collector[Symbol.asyncDispose]()
    const collector = this.#options.createCollector(scaler.spec, async () => {
      const selector = this.#scale?.value.status.selector
      return selector ? await this.#options.listPods(selector) : []
    })
    this.#followed = { generation, policy, collector }
    this.decideAgain()
    return this.#followed
  }

  /** The target's scale, if it was read at most so long ago. */
  scale(maxAgeMs: number): Scale | undefined {
    if (!this.#scale || performance.now() - this.#scale.readAtMs > maxAgeMs) return undefined
    return this.#scale.value
  }

  keepScale(scale: Scale | undefined): void {
    this.#scale = scale && { value: scale, readAtMs: performance.now() }
  }

  /** Whether what a decision is made from has changed, or the last one is too old. Notes the new state. */
  decisionIsDue(from: string, maxAgeMs: number): boolean {
    const nowMs = performance.now()
    if (from === this.#decidedFrom && nowMs - this.#decidedAtMs < maxAgeMs) return false
    this.#decidedFrom = from
    this.#decidedAtMs = nowMs
    return true
  }

  /** The next reconcile decides in any case. */
  decideAgain(): void {
    this.#decidedAtMs = Number.NEGATIVE_INFINITY
  }

  /** Milliseconds since the epoch, which never go back: the policy relies on it. */
  clockMs(): number {
    this.#clockMs = Math.max(this.#clockMs, Date.now())
    return this.#clockMs
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#followed?.collector[Symbol.asyncDispose]()
  }
}
