import type { ThreadGroup } from './types.ts'

/** Tells which groups start when threads of other groups have ended. Pure bookkeeping without a clock. */
export class GroupStarts {
  #groups: readonly ThreadGroup[]
  #done: number[]
  #triggered: boolean[]

  constructor(groups: readonly ThreadGroup[]) {
    this.#groups = groups
    this.#done = groups.map(() => 0)
    this.#triggered = groups.map((group) => group.start.kind === 'immediately')
  }

  /** Group numbers that start by the clock, with their delay after the start of the run. */
  byClock(): { group: number; delayMs: number }[] {
    return this.#groups.flatMap(({ start }, group) =>
      start.kind === 'immediately' ? [{ group, delayMs: start.delayMs ?? 0 }] : [],
    )
  }

  /** Notes that threads of `group` have ended; returns the groups to be started because of it. */
  threadsDone(group: number, threads: number): number[] {
    this.#done[group] = (this.#done[group] as number) + threads
    const name = this.#groups[group]?.name
    const next: number[] = []
    for (const [index, { start }] of this.#groups.entries()) {
      if (this.#triggered[index] || start.kind !== 'afterDone' || start.group !== name) continue
      if ((this.#done[group] as number) < start.threads) continue
      this.#triggered[index] = true
      next.push(index)
    }
    return next
  }

  /** Milliseconds between the end that a group waits for and its start. */
  delayAfterDone(group: number): number {
    return this.#groups[group]?.start.delayMs ?? 0
  }

  /** Groups that end with the others, once all those others have ended; empty before. */
  toBeEnded(): number[] {
    const othersDone = this.#groups.every((group, index) => group.endsWithOthers || this.#isDone(index))
    if (!othersDone) return []
    return this.#groups.flatMap((group, index) =>
      group.endsWithOthers && !this.#isDone(index) ? [index] : [],
    )
  }

  #isDone(group: number): boolean {
    return this.#done[group] === this.#groups[group]?.threads
  }

  /** Every thread of every group has done its work. */
  get allDone(): boolean {
    return this.#groups.every((_, index) => this.#isDone(index))
  }
}
