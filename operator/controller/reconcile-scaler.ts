import { decide } from '../decide/decide.ts'
import type { ConditionInput, Decision, Policy, Signals } from '../decide/types.ts'
import { isNotFound } from '../kubernetes/api-error.ts'
import type { Scale } from '../kubernetes/objects.ts'
import { readScale } from '../kubernetes/scale-target.ts'
import { readPause } from '../queue-scaler/annotations.ts'
import { describeRecommendation } from '../queue-scaler/describe-recommendation.ts'
import type { QueueScaler } from '../queue-scaler/queue-scaler.ts'
import type { SignalCollector } from '../signals/signal-collector.ts'
import { isLasting, type SignalFault } from '../signals/signal-fault.ts'
import { applyDecision } from './apply-decision.ts'
import type { ControllerMetrics } from './controller-metrics.ts'
import { describeTarget, type ReconcileContext } from './reconcile-context.ts'
import type { ScalerState } from './scaler-state.ts'
import { composeStatus, decidedConditions, readiness, undecidedConditions } from './scaler-status.ts'
import { findTargetConflict } from './target-conflicts.ts'
import { writeStatus } from './write-status.ts'

/** Without a change, a decision is made again after this time: windows pass, consumers become ready. */
const decisionAgeMs = 5_000
/** A scale that was read is believed for so long; a write checks it in any case. */
const scaleAgeMs = { busy: 5_000, calm: 15_000 }

/**
 * One round for one QueueScaler: look, decide, act, tell. A thin loop around `decide`; what it finds missing becomes a
 * condition, and the next round finds it mended.
 *
 * @throws ApiError, ApiUnreachable when the API server is in trouble: the queue tries again later
 */
export async function reconcileScaler(
  scaler: QueueScaler,
  state: ScalerState,
  context: ReconcileContext,
): Promise<void> {
  const conflict = findTargetConflict(scaler, context.rivals(scaler))
  if (conflict) return await tellUndecided(scaler, state, context, conflict)
  const { policy, collector } = await state.follow(scaler)
  const scale = await findScale(scaler, state, context)
  if (!scale) return await tellUndecided(scaler, state, context, targetNotFound(scaler))

  const faults = await readSignals(scaler, state, context, collector)
  const pause = readPause(scaler.metadata.annotations)
  const { queues, consumers, brake } = collector.collected()
  const from = JSON.stringify([
    scaler.metadata.generation,
    pause,
    scale.spec?.replicas,
    queues.map(({ ready }) => ready?.value),
    faults.map(({ reason }) => reason),
  ])
  if (!state.decisionIsDue(from, decisionAgeMs)) return

  const signals: Signals = { replicas: scale.spec?.replicas ?? 0, queues, consumers, brake, pause }
  const nowMs = state.clockMs()
  const outcome = decide(policy, state.history, signals, nowMs)
  const { decision, history } = outcome
  if (context.logDecisions)
    context.log.info(state.decisionLog.line(policy, state.history, signals, nowMs, outcome))
  state.history = history
  state.decision = decision
  collector.calm = isCalm(decision)
  countDecision(scaler, decision, context.metrics)

  if (decision.write) await applyDecision(scaler, state, context, decision, scale, collector)
  await tell(scaler, state, context, { policy, decision, faults, nowMs })
}

/** @returns undefined when the target is not there */
async function findScale(
  scaler: QueueScaler,
  state: ScalerState,
  { client }: ReconcileContext,
): Promise<Scale | undefined> {
  const known = state.scale(state.decision && isCalm(state.decision) ? scaleAgeMs.calm : scaleAgeMs.busy)
  if (known) return known
  const { scaleTargetRef } = scaler.spec
  try {
    const scale = await readScale(client, scaler.metadata.namespace, {
      ...scaleTargetRef,
      kind: scaleTargetRef.kind ?? 'Deployment',
    })
    state.keepScale(scale)
    return scale
  } catch (error) {
    if (!isNotFound(error)) throw error
    state.keepScale(undefined)
    return undefined
  }
}

function targetNotFound(scaler: QueueScaler): ConditionInput {
  return {
    status: 'False',
    reason: 'TargetNotFound',
    message: `${describeTarget(scaler)} does not exist in namespace "${scaler.metadata.namespace}"`,
  }
}

/** Brings the depths up to date. @returns what could not be read, and why */
async function readSignals(
  scaler: QueueScaler,
  state: ScalerState,
  { client, metrics }: ReconcileContext,
  collector: SignalCollector,
): Promise<SignalFault[]> {
  const { secretRef } = scaler.spec.connection
  const { settings, fault } = await state.secret.read(
    client,
    scaler.metadata.namespace,
    secretRef,
    state.faulty,
  )
  await collector.use(settings)
  const faults = fault ? [fault] : await collector.readDepths()
  state.faulty = faults.some(({ reason }) => isLasting(reason))
  for (const { reason } of faults) metrics.signalFaults.inc({ reason })
  return faults
}

/** Nothing waits, nothing arrives, nothing is about to change. */
function isCalm({ inputs, desiredReplicas, currentReplicas }: Decision): boolean {
  return (
    inputs.readyMessages === 0 &&
    (inputs.unacknowledgedMessages ?? 0) === 0 &&
    (inputs.arrivalPerSecond ?? 0) === 0 &&
    desiredReplicas === currentReplicas
  )
}

function countDecision(scaler: QueueScaler, decision: Decision, metrics: ControllerMetrics): void {
  const { name, namespace } = scaler.metadata
  const labels = { namespace, name }
  metrics.decisions.inc({ rule: decision.bindingRule })
  metrics.desiredReplicas.set(labels, decision.desiredReplicas)
  metrics.currentReplicas.set(labels, decision.currentReplicas)
  const { readyMessages, expectedWaitMs } = decision.inputs
  if (readyMessages === null) metrics.readyMessages.remove(labels)
  else metrics.readyMessages.set(labels, readyMessages)
  if (expectedWaitMs === null) metrics.expectedWaitSeconds.remove(labels)
  else metrics.expectedWaitSeconds.set(labels, expectedWaitMs / 1_000)
}

async function tell(
  scaler: QueueScaler,
  state: ScalerState,
  context: ReconcileContext,
  made: { policy: Policy; decision: Decision; faults: readonly SignalFault[]; nowMs: number },
): Promise<void> {
  const status = composeStatus(state.throttle.written, {
    generation: scaler.metadata.generation,
    now: new Date(made.nowMs),
    ready: readiness(made.faults),
    conditions: decidedConditions(made.decision, made.faults),
    replicas: state.scale(Number.POSITIVE_INFINITY)?.spec?.replicas ?? 0,
    recommendation: describeRecommendation(made.decision, made.policy.mode, made.nowMs),
    lastScaleTime: state.lastScaleTime,
  })
  await writeStatus(scaler, state, context, status)
}

/** Says why no decision can be made. */
async function tellUndecided(
  scaler: QueueScaler,
  state: ScalerState,
  context: ReconcileContext,
  cause: ConditionInput,
): Promise<void> {
  state.decideAgain()
  const status = composeStatus(state.throttle.written, {
    generation: scaler.metadata.generation,
    now: new Date(),
    ready: cause,
    conditions: undecidedConditions(cause),
    replicas: undefined,
    recommendation: undefined,
    lastScaleTime: state.lastScaleTime,
  })
  await writeStatus(scaler, state, context, status)
}
