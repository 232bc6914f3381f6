import type { ApiClient } from './api-client.ts'
import { isNotFound } from './api-error.ts'
import type { Pod } from './objects.ts'

/** The ReplicaSet controller removes pods with a lower cost first; a missing one counts as 0. */
export const deletionCostAnnotation = 'controller.kubernetes.io/pod-deletion-cost'

/**
 * Which pods are to go when `count` of them go: those that hold least unfinished work, since that is what is delivered
 * a second time; among equals the one that was busy least, then the youngest.
 *
 * @param load of each pod by name; a pod that did not answer is the first to go, as it seems to do nothing
 */
export function chooseVictims(
  pods: readonly Pod[],
  load: ReadonlyMap<string, { unackedMessages: number; busyShare: number }>,
  count: number,
): string[] {
  const age = (pod: Pod) => Date.parse(pod.metadata.creationTimestamp ?? '') || 0
  const held = (pod: Pod) => load.get(pod.metadata.name)?.unackedMessages ?? -1
  const busy = (pod: Pod) => load.get(pod.metadata.name)?.busyShare ?? 0
  return pods
    .filter((pod) => pod.metadata.deletionTimestamp === undefined)
    .sort(
      (left, right) =>
        held(left) - held(right) ||
        busy(left) - busy(right) ||
        age(right) - age(left) ||
        left.metadata.name.localeCompare(right.metadata.name),
    )
    .slice(0, Math.max(0, count))
    .map((pod) => pod.metadata.name)
}

/** The annotations to change, by pod: the victims get -1, and who was one before and is none now loses the mark. */
export function deletionCostChanges(
  pods: readonly Pod[],
  victims: readonly string[],
): Map<string, string | null> {
  const changes = new Map<string, string | null>()
  for (const { metadata } of pods) {
    const marked = metadata.annotations?.[deletionCostAnnotation] === '-1'
    const victim = victims.includes(metadata.name)
    if (victim !== marked) changes.set(metadata.name, victim ? '-1' : null)
  }
  return changes
}

/** Writes the marks; a pod that is gone already needs none. @throws ApiError, ApiUnreachable */
export async function writeDeletionCosts(
  client: ApiClient,
  namespace: string,
  changes: ReadonlyMap<string, string | null>,
): Promise<void> {
  await Promise.all(
    [...changes].map(async ([name, cost]) => {
      const body = { metadata: { annotations: { [deletionCostAnnotation]: cost } } }
      await client
        .request('PATCH', `/api/v1/namespaces/${namespace}/pods/${name}`, { body })
        .catch((error) => {
          if (!isNotFound(error)) throw error
        })
    }),
  )
}
