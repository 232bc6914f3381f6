import type { Check } from '../result/run-schema.ts'
import type { Observer } from './observer.ts'

/**
 * Nothing is left in the queues at the end, unacknowledged messages included.
 * @returns no check when the queues cannot be seen from here
 */
export async function checkQueueEmpty(observer: Observer | undefined, id = 'RID-I9'): Promise<Check[]> {
  if (!observer) return []
  const { queueDepth } = await observer.observe()
  if (queueDepth === null) return []
  return [
    {
      id,
      name: 'the queues are empty at the end, unacknowledged messages included',
      passed: queueDepth === 0,
      expected: 0,
      actual: queueDepth,
      detail: '',
    },
  ]
}
