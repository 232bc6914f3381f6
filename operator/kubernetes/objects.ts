/** The parts of API objects that the operator reads and writes, as they are on the wire: times are texts. */

export interface ObjectMeta {
  name: string
  namespace?: string
  uid?: string
  resourceVersion?: string
  generation?: number
  creationTimestamp?: string
  deletionTimestamp?: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
}

export interface ApiObject {
  apiVersion?: string
  kind?: string
  metadata: ObjectMeta
}

export interface ApiList<T> {
  metadata: { resourceVersion?: string; continue?: string }
  items?: T[]
}

export interface Scale extends ApiObject {
  spec?: { replicas?: number }
  status: { replicas?: number; selector?: string }
}

export interface Lease extends ApiObject {
  spec?: {
    holderIdentity?: string
    leaseDurationSeconds?: number
    acquireTime?: string
    renewTime?: string
    leaseTransitions?: number
  }
}

export interface Pod extends ApiObject {
  spec?: { containers?: { name: string; ports?: { name?: string; containerPort: number }[] }[] }
  status?: {
    phase?: string
    podIP?: string
    conditions?: { type: string; status: string; lastTransitionTime?: string }[]
  }
}

export interface Secret extends ApiObject {
  /** Values in base64. */
  data?: Record<string, string>
}

export interface HorizontalPodAutoscaler extends ApiObject {
  spec: { scaleTargetRef: { apiVersion?: string; kind: string; name: string } }
}

/** `namespace/name`, the key of caches and of the work queue. */
export function keyOf(object: ApiObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`
}
