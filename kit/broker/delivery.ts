import type { ConsumeMessage } from 'amqplib'
import { decodeEventGroup, type IdentifiedEvent } from './event-group.ts'

/** Checks an event from a message. @returns the event, or what is wrong with it */
export type CheckEvent<E> = (event: unknown) => E | { fault: string }

/** A message taken apart: what can be applied, and what can only be parked. */
export interface Delivery<E> {
  message: ConsumeMessage
  receivedAt: number
  events: E[]
  faulty: { content: unknown; fault: string }[]
  /** Times the message was with a consumer that went away before it acknowledged. */
  deliveryCount: number
}

/** Never throws, whatever the message holds. */
export function readDelivery<E extends IdentifiedEvent>(
  message: ConsumeMessage,
  check: CheckEvent<E>,
): Delivery<E> {
  const delivery: Delivery<E> = {
    message,
    receivedAt: performance.now(),
    events: [],
    faulty: [],
    deliveryCount: deliveryCountOf(message),
  }
  const group = decodeEventGroup(message.content)
  if ('fault' in group) {
    delivery.faulty.push({ content: undefined, fault: group.fault })
    return delivery
  }
  for (const content of group.events) {
    const event = checkSafely(content, check)
    if (isFault(event)) delivery.faulty.push({ content, fault: event.fault })
    else delivery.events.push(event)
  }
  return delivery
}

/** A check that breaks says as much of the event as one that refuses it. */
function checkSafely<E>(content: unknown, check: CheckEvent<E>): E | { fault: string } {
  try {
    return check(content)
  } catch (error) {
    return { fault: `cannot be checked: ${error}` }
  }
}

function isFault(event: unknown): event is { fault: string } {
  return typeof event === 'object' && event !== null && 'fault' in event
}

/** Quorum queues count deliveries that ended without an acknowledgement; a foreign value counts as none. */
function deliveryCountOf(message: ConsumeMessage): number {
  const count: unknown = message.properties.headers?.['x-delivery-count']
  return typeof count === 'number' && Number.isSafeInteger(count) && count > 0 ? count : 0
}
