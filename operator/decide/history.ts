import type { History } from './types.ts'

/**
 * What is remembered when nothing is: at the start of the process, or when a scaler is new.
 * @param messagesPerSecondPerConsumer rate of a consumer that is known from before, e.g. from the object's status
 */
export function emptyHistory(messagesPerSecondPerConsumer: number | null = null): History {
  return {
    recommendations: [],
    events: [],
    samples: [],
    counters: {},
    totals: { published: 0, acknowledged: 0, redelivered: 0, busySeconds: 0, worked: 0 },
    pendingScale: null,
    messagesPerSecondPerConsumer,
    startupsMs: [],
    startedConsumers: [],
    idleSinceMs: null,
    unknownSinceMs: null,
    trial: null,
    ineffectiveScaleUps: 0,
    holdScaleUpUntilMs: null,
  }
}
