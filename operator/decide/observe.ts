import type {
  ConsumerSignals,
  History,
  Policy,
  QueueSignals,
  Reading,
  Sample,
  Signal,
  Signals,
} from './types.ts'

/** How far back rates look; older samples are forgotten. */
const rememberedMs = 60_000

/** What is seen now, with the unknown kept apart from the zero. */
export interface Observation {
  /** Ready messages of the queues that are known; null when none is. */
  ready: number | null
  /** Are all of them known? If not, `ready` is a lower bound. */
  complete: boolean
  /** null unless all are known. */
  unacknowledged: number | null
  readyConsumers: number
  /** Consumers that can work at once; null: any number. */
  consumerLimit: number | null
  signalAgeMs: number | null
}

/**
 * Takes a look at the world into the history: readings too old count as unknown, counters are summed over restarts.
 */
export function observe(
  policy: Policy,
  history: History,
  signals: Signals,
  nowMs: number,
): { observation: Observation; history: History } {
  const fresh = (signal: Signal) =>
    signal !== null && nowMs - signal.atMs <= policy.signalMaxAgeMs ? signal : null
  const readies = signals.queues.map(({ ready }) => fresh(ready))
  const known = readies.filter((ready) => ready !== null)
  const complete = known.length === readies.length && readies.length > 0
  const working = signals.consumers.filter(({ ready }) => ready)
  const unacknowledged =
    sum(signals.queues.map((queue) => fresh(queue.unacknowledged))) ??
    // Also those that are on their way out hold messages.
    sum(
      signals.consumers.map((one) => (one.readyAtMs === null ? nothing(nowMs) : fresh(one.unacknowledged))),
      nowMs,
    )
  const limits = signals.queues.map(({ consumerLimit }) => consumerLimit)
  const observation: Observation = {
    ready: known.length === 0 ? null : known.reduce((total, { value }) => total + value, 0),
    complete,
    unacknowledged: unacknowledged?.value ?? null,
    readyConsumers: working.length,
    consumerLimit: limits.every((limit) => limit !== null)
      ? limits.reduce<number>((total, limit) => total + (limit as number), 0)
      : null,
    signalAgeMs: known.length === 0 ? null : Math.max(0, nowMs - Math.min(...known.map(({ atMs }) => atMs))),
  }
  const counted = count(history, signals, working, fresh, nowMs)
  const sample: Sample = {
    atMs: nowMs,
    ready: complete ? sum(readies) : null,
    unacknowledged,
    ...counted.sums,
    readyConsumers: working.length,
  }
  return {
    observation,
    history: {
      ...history,
      counters: counted.counters,
      totals: counted.totals,
      samples: [...history.samples.filter(({ atMs }) => atMs >= nowMs - rememberedMs), sample],
    },
  }
}

type TotalName = keyof History['totals']

/** Adds what the counters have grown by; a sum is known only if every part of it is. */
function count(
  history: History,
  signals: Signals,
  working: readonly ConsumerSignals[],
  fresh: (signal: Signal) => Signal,
  nowMs: number,
) {
  const counters: Record<string, Reading> = {}
  const totals = { ...history.totals }
  const add = (name: TotalName, key: string, signal: Signal, isNew: boolean) => {
    const before = history.counters[key]
    const reading = fresh(signal)
    if (!reading || (before && reading.atMs < before.atMs)) {
      if (before) counters[key] = before
      return
    }
    counters[key] = reading
    // A counter that went back has been restarted; one that is new began at zero.
    if (before) totals[name] += reading.value >= before.value ? reading.value - before.value : reading.value
    else if (isNew) totals[name] += reading.value
  }
  const queueKey = (queue: QueueSignals) => `queue ${queue.vhost} ${queue.name}`
  for (const queue of signals.queues)
    for (const name of ['published', 'acknowledged', 'redelivered'] as const)
      add(name, `${queueKey(queue)} ${name}`, queue[name], false)

  const own = (name: 'acknowledged' | 'redelivered') => signals.queues.every((queue) => queue[name] === null)
  const [countAcknowledged, countRedelivered] = [own('acknowledged'), own('redelivered')]
  const since = history.samples[0]?.atMs ?? nowMs
  for (const consumer of signals.consumers) {
    const isNew = consumer.createdAtMs >= since
    const key = `consumer ${consumer.id}`
    add('busySeconds', `${key} busySeconds`, consumer.busySeconds, isNew)
    add('worked', `${key} worked`, consumer.messages, isNew)
    if (countAcknowledged) add('acknowledged', `${key} acknowledged`, consumer.messages, isNew)
    if (countRedelivered) add('redelivered', `${key} redelivered`, consumer.redelivered, isNew)
  }
  const ofConsumers = (name: 'busySeconds' | 'messages' | 'redelivered') =>
    working.map((one) => fresh(one[name]))
  const ofQueues = (name: 'published' | 'acknowledged' | 'redelivered') =>
    signals.queues.map((queue) => fresh(queue[name]))
  const total = (name: TotalName, parts: readonly Signal[]): Signal => {
    const seen = sum(parts, nowMs)
    return seen && { value: totals[name], atMs: seen.atMs }
  }
  return {
    counters,
    totals,
    sums: {
      published: total('published', ofQueues('published')),
      acknowledged: total(
        'acknowledged',
        countAcknowledged ? ofConsumers('messages') : ofQueues('acknowledged'),
      ),
      redelivered: total(
        'redelivered',
        countRedelivered ? ofConsumers('redelivered') : ofQueues('redelivered'),
      ),
      busySeconds: total('busySeconds', ofConsumers('busySeconds')),
      worked: total('worked', ofConsumers('messages')),
    },
  }
}

/** A consumer that has never been ready holds nothing. */
const nothing = (nowMs: number): Reading => ({ value: 0, atMs: nowMs })

/**
 * The sum, as of the mean moment of its parts; null if one is not known.
 * @param emptyAtMs moment of the sum of nothing, which is zero; without it the sum of nothing is not known
 */
function sum(parts: readonly Signal[], emptyAtMs?: number): Signal {
  if (parts.length === 0) return emptyAtMs === undefined ? null : { value: 0, atMs: emptyAtMs }
  let [value, atMs] = [0, 0]
  for (const part of parts) {
    if (part === null) return null
    value += part.value
    atMs += part.atMs / parts.length
  }
  return { value, atMs }
}
