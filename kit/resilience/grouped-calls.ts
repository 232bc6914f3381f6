export interface GroupedCallsOptions<I, O> {
  /** Answers a group, one output per input in the same order. */
  run(inputs: I[]): Promise<O[]>
  /** Most inputs in a group. */
  groupSize: number
  /** Most groups under way at once. */
  concurrency: number
}

interface Waiting<I, O> {
  input: I
  resolve(output: O): void
  reject(error: unknown): void
}

/**
 * Makes single calls travel together: what arrives while `concurrency` groups are under way goes into the next
 * one. Without load a call leaves in the turn it came in; under load groups grow as large as they have to, which
 * spares the database a round trip, a parse and a commit for each. There is no linger.
 *
 * @returns a function that answers one input; a failed group fails all of its callers with the same error
 */
export function groupCalls<I, O>(options: GroupedCallsOptions<I, O>): (input: I) => Promise<O> {
  let waiting: Waiting<I, O>[] = []
  let underWay = 0
  let scheduled = false

  function schedule(): void {
    if (scheduled || underWay >= options.concurrency || waiting.length === 0) return
    scheduled = true
    setImmediate(start)
  }

  function start(): void {
    scheduled = false
    while (underWay < options.concurrency && waiting.length > 0) {
      const group = waiting.slice(0, options.groupSize)
      waiting = waiting.slice(group.length)
      underWay++
      void runGroup(group)
    }
  }

  async function runGroup(group: Waiting<I, O>[]): Promise<void> {
    try {
      const outputs = await options.run(group.map(({ input }) => input))
      if (outputs.length !== group.length) throw new Error('a group was not answered call by call')
      for (const [index, caller] of group.entries()) caller.resolve(outputs[index] as O)
    } catch (error) {
      for (const caller of group) caller.reject(error)
    } finally {
      underWay--
      schedule()
    }
  }

  return (input) =>
    new Promise<O>((resolve, reject) => {
      waiting.push({ input, resolve, reject })
      schedule()
    })
}
