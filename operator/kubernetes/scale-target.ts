import type { ApiClient } from './api-client.ts'
import type { Scale } from './objects.ts'

/** What a scaler scales, as in autoscaling/v2. */
export interface TargetReference {
  apiVersion?: string | undefined
  kind: string
  name: string
}

/** Plurals of the kinds that have `/scale`; for others the API server's own rule of thumb is tried. */
const plurals: Record<string, string> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  ReplicaSet: 'replicasets',
  ReplicationController: 'replicationcontrollers',
}

/** Path of the target's scale subresource. */
export function scalePath(namespace: string, target: TargetReference): string {
  const version = target.apiVersion ?? 'apps/v1'
  const root = version.includes('/') ? `/apis/${version}` : `/api/${version}`
  const plural = plurals[target.kind] ?? `${target.kind.toLowerCase()}s`
  return `${root}/namespaces/${namespace}/${plural}/${encodeURIComponent(target.name)}/scale`
}

/** @throws ApiError 404 when the target or its kind is not there */
export function readScale(client: ApiClient, namespace: string, target: TargetReference): Promise<Scale> {
  return client.request<Scale>('GET', scalePath(namespace, target))
}

/**
 * Sets the replicas, provided that the target is still as it was read: without the version the API server would
 * overwrite blindly.
 *
 * @throws ApiError 409 when anybody (another leader, a person) wrote meanwhile
 */
export function writeScale(
  client: ApiClient,
  namespace: string,
  target: TargetReference,
  read: Scale,
  replicas: number,
): Promise<Scale> {
  const body: Scale = { ...read, spec: { ...read.spec, replicas } }
  return client.request<Scale>('PUT', scalePath(namespace, target), { body })
}
