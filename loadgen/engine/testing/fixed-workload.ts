import type { CreateWorkload } from '../types.ts'

/** Parameters of the fixed workload. */
export interface FixedParameters {
  /** Default GET. */
  method?: string
  /** `{item}` and `{step}` are replaced; default `/`. */
  path?: string
  body?: string
  steps?: number
  /** Item whose request throws, to see what a crashing worker does. */
  crashAtItem?: number
}

/** A workload for tests and benchmarks: every request looks alike, and statuses are noted in shared memory. */
const createFixedWorkload: CreateWorkload = ({ parameters, shared }) => {
  const { method = 'GET', path = '/', body, steps = 1, crashAtItem } = parameters as FixedParameters
  const statuses = shared.statuses && new Uint16Array(shared.statuses)
  const constant = { method, path, ...(body === undefined ? {} : { body }) }
  const varies = path.includes('{')
  return {
    operations: Array.from({ length: steps }, (_, step) => (steps === 1 ? 'fixed' : `fixed${step}`)),
    steps,
    operation: (step) => step,
    request: (item, step) => {
      if (item === crashAtItem) throw new Error(`asked to crash at item ${item}`)
      if (!varies) return constant
      return { ...constant, path: path.replace('{item}', String(item)).replace('{step}', String(step)) }
    },
    received: (item, step, _thread, status) => {
      if (statuses !== undefined) statuses[item * steps + step] = status
    },
  }
}

export default createFixedWorkload
