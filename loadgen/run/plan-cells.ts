import type { Experiment, ParameterValue } from '../experiment/experiment.ts'
import { seededRandom, shuffle } from '../statistics/random.ts'

/** One run that is to be made. */
export interface Cell {
  /** Place in the matrix, repetitions outermost, from 0. Same index, same data, whatever the order. */
  index: number
  /** Place in the order of execution, from 0. */
  position: number
  /** Runs in all. */
  of: number
  threads: number
  repetition: number
  /** Number of the combination of varied parameters, from 1. */
  variant: number
  /** The varied parameters of this run; empty when only threads vary. */
  parameters: Readonly<Record<string, ParameterValue>>
}

/**
 * All runs of an experiment in the order in which they are made: every repetition holds each combination once, so
 * that a drift of the machine meets all alike, and shuffles them by the seed where the experiment asks for it.
 */
export function planCells(
  experiment: Pick<Experiment, 'threads' | 'parameterMatrix' | 'repetitions' | 'order' | 'seed'>,
): Cell[] {
  const { threads, parameterMatrix, repetitions, order, seed } = experiment
  const variants = combine(Object.entries(parameterMatrix))
  const random = seededRandom(seed)
  const perRepetition = variants.length * threads.length
  const cells: Cell[] = []
  for (let repetition = 1; repetition <= repetitions; repetition++) {
    const block = variants.flatMap((parameters, variant) =>
      threads.map((count, place) => ({
        index: (repetition - 1) * perRepetition + variant * threads.length + place,
        threads: count,
        repetition,
        variant: variant + 1,
        parameters,
      })),
    )
    for (const cell of order === 'shuffled' ? shuffle(block, random) : block)
      cells.push({ ...cell, position: cells.length, of: perRepetition * repetitions })
  }
  return cells
}

/** Every combination of one value of each list; one empty combination of no lists. */
function combine(
  lists: readonly (readonly [string, readonly ParameterValue[]])[],
): Record<string, ParameterValue>[] {
  return lists.reduce<Record<string, ParameterValue>[]>(
    (combinations, [name, values]) =>
      combinations.flatMap((combination) => values.map((value) => ({ ...combination, [name]: value }))),
    [{}],
  )
}
