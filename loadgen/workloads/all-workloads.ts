import { albumsPairs } from './albums/albums-pairs.ts'
import { albumsRead } from './albums/albums-read.ts'
import { albumsReviews } from './albums/albums-reviews.ts'
import { httpWorkload } from './http/http-workload.ts'
import { ridesPhases } from './rides/rides-phases.ts'
import { ridesRead } from './rides/rides-read.ts'
import { ridesWrite } from './rides/rides-write.ts'
import { toystoreShop } from './toystore/toystore-shop.ts'
import type { WorkloadDefinition } from './workload-definition.ts'

/** Every workload an experiment file may name. */
export const workloads: readonly WorkloadDefinition[] = [
  ridesWrite,
  ridesPhases,
  ridesRead,
  albumsPairs,
  albumsReviews,
  albumsRead,
  httpWorkload,
  toystoreShop,
]

/** @throws Error that lists what there is */
export function findWorkload(name: string): WorkloadDefinition {
  const found = workloads.find((workload) => workload.name === name)
  if (!found)
    throw new Error(
      `no workload "${name}"; there are: ${workloads.map((workload) => workload.name).join(', ')}`,
    )
  return found
}
