/** A consumer of the model. */
export interface ModelConsumer {
  id: string
  createdAt: number
  readyAt: number
  busySeconds: number
  messages: number
}

/** What was true at the end of a second. */
export interface Moment {
  second: number
  ready: number
  published: number
  acknowledged: number
  replicas: number
}

export interface ModelOptions {
  /** A message that waited longer is late. */
  maxMessageAgeSeconds: number
  startupSeconds: number
  initialReplicas: number
}

/**
 * A queue and its consumers as a fluid, first in first out, in steps of a second. Consumers work from their start-up
 * time on; one that is taken away ends at once and gives back what it held, which in a fluid is nothing.
 */
export class QueueModel {
  readonly #options: ModelOptions
  #segments: { second: number; messages: number }[] = []
  #consumers: ModelConsumer[] = []
  #created = 0
  readonly moments: Moment[] = []
  late = 0
  longestWaitSeconds = 0
  podSeconds = 0
  scaleUps = 0
  scaleDowns = 0

  constructor(options: ModelOptions) {
    this.#options = options
    for (let i = 0; i < options.initialReplicas; i++) this.#add(-options.startupSeconds)
  }

  get replicas(): number {
    return this.#consumers.length
  }

  /** Those that would answer a look at their metrics. */
  consumers(): readonly ModelConsumer[] {
    return this.#consumers
  }

  scale(replicas: number, second: number): void {
    if (replicas > this.replicas) this.scaleUps++
    if (replicas < this.replicas) this.scaleDowns++
    while (this.#consumers.length < replicas) this.#add(second)
    // As the ReplicaSet controller does: those first that are not ready yet, then the youngest.
    this.#consumers.length = replicas
  }

  /** One second passes. */
  step(second: number, arrivals: number, perConsumer: number): void {
    const last = this.moments.at(-1)
    if (arrivals > 0) this.#segments.push({ second, messages: arrivals })
    const working = this.#consumers.filter(({ readyAt }) => readyAt <= second)
    const capacity = working.length * perConsumer
    const done = this.#take(capacity, second)
    for (const consumer of working) {
      consumer.busySeconds += capacity === 0 ? 0 : done / capacity
      consumer.messages += done / working.length
    }
    this.podSeconds += this.replicas
    this.moments.push({
      second,
      ready: this.#segments.reduce((sum, { messages }) => sum + messages, 0),
      published: (last?.published ?? 0) + arrivals,
      acknowledged: (last?.acknowledged ?? 0) + done,
      replicas: this.replicas,
    })
  }

  #add(second: number): void {
    this.#consumers.push({
      id: `consumer-${++this.#created}`,
      createdAt: second,
      readyAt: second + this.#options.startupSeconds,
      busySeconds: 0,
      messages: 0,
    })
  }

  #take(capacity: number, second: number): number {
    let left = capacity
    let index = 0
    while (left > 0 && index < this.#segments.length) {
      const segment = this.#segments[index] as { second: number; messages: number }
      const taken = Math.min(left, segment.messages)
      const waited = second - segment.second
      if (waited > this.#options.maxMessageAgeSeconds) this.late += taken
      this.longestWaitSeconds = Math.max(this.longestWaitSeconds, waited)
      segment.messages -= taken
      left -= taken
      if (segment.messages <= 1e-9) index++
    }
    this.#segments = this.#segments.slice(index)
    return capacity - left
  }
}
