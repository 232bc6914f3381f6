import type { Experiment } from '../experiment/experiment.ts'
import { findWorkload } from '../workloads/all-workloads.ts'
import type { WorkloadDefinition } from '../workloads/workload-definition.ts'
import { type Cell, planCells } from './plan-cells.ts'
import { readParameters } from './workload-parameters.ts'

/** A run that is to be made, with the parameters its workload checked and completed. */
export interface PlannedRun {
  cell: Cell
  parameters: Record<string, unknown>
}

/**
 * Everything that can be known to be wrong with an experiment before anything is started: its workload, and the
 * parameters of every combination. A wrong value in the last one should cost a second, not an hour.
 *
 * @returns the runs in the order in which they are to be made
 * @throws ParametersError, or Error for an unknown workload
 */
export function planRuns(experiment: Experiment): { workload: WorkloadDefinition; runs: PlannedRun[] } {
  const workload = findWorkload(experiment.workload)
  const runs = planCells(experiment).map((cell) => ({
    cell,
    parameters: readParameters(workload.name, workload.parameters, {
      ...experiment.parameters,
      ...cell.parameters,
    }),
  }))
  return { workload, runs }
}
