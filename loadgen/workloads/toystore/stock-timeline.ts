/** Something that was seen of a toy's stock between two moments. */
export interface Observation {
  startMs: number
  endMs: number
  /** Whether this quantity explains what was seen. */
  fits: (quantity: number) => boolean
  /** For the report of a violation. */
  what: string
}

/** A change of a toy's stock; it took place at one moment between the two. */
export interface Transition {
  startMs: number
  endMs: number
  /** Stock after it. */
  quantity: number
}

/**
 * Whether reads and changes of one register, whose changes are known in their order, can be put on one line in
 * time (linearizability; Herlihy and Wing 1990). With a known order of changes this needs no search: version k
 * is current from t(k) to t(k+1), and all that is known are bounds of the t.
 *
 * - a change lies within its interval: start ≤ t(k) ≤ end
 * - t(1) ≤ t(2) ≤ …
 * - an observation of version k: t(k) ≤ its end and t(k+1) ≥ its start
 *
 * It is satisfiable exactly if, with L(k) the largest lower bound of t(1) … t(k) and U(k) the least upper bound of
 * t(k), t(k+1), …, L(k) ≤ U(k) for all k. An observation that fits several versions (the same quantity in two
 * rounds of restocking, both possible in time) is only required to fit one of them by itself, which can overlook
 * a violation but never invent one.
 *
 * @param initial quantity before the first change
 * @returns a sentence for each violation
 */
export function findStockViolations(
  initial: number,
  transitions: readonly Transition[],
  observations: readonly Observation[],
): string[] {
  const count = transitions.length
  const quantities = [initial, ...transitions.map(({ quantity }) => quantity)]
  // Index k is the change into version k; 0 and count + 1 are the beginning and the end of all time.
  const lower = [Number.NEGATIVE_INFINITY, ...transitions.map(({ startMs }) => startMs), Infinity]
  const upper = [Number.NEGATIVE_INFINITY, ...transitions.map(({ endMs }) => endMs), Infinity]
  const found: string[] = []

  let open = [...observations]
  while (open.length > 0) {
    spread(lower, upper)
    const undecided: Observation[] = []
    const decided: { version: number; observation: Observation }[] = []
    for (const observation of open) {
      const versions = possibleVersions(observation, quantities, lower, upper)
      if (versions.length === 0) found.push(`${observation.what}: no moment in its time explains it`)
      else if (versions.length === 1) decided.push({ version: versions[0] as number, observation })
      else undecided.push(observation)
    }
    for (const { version, observation } of decided) {
      upper[version] = Math.min(upper[version] as number, observation.endMs)
      lower[version + 1] = Math.max(lower[version + 1] as number, observation.startMs)
    }
    upper[0] = Number.NEGATIVE_INFINITY
    lower[count + 1] = Infinity
    if (decided.length === 0) break
    open = undecided
  }
  spread(lower, upper)
  for (let k = 1; k <= count; k++) {
    if ((lower[k] as number) <= (upper[k] as number)) continue
    found.push(
      `the change to ${quantities[k]} (version ${k}) was seen before it can have happened, or not seen after it`,
    )
    break
  }
  return found
}

/** L: prefix maxima of the lower bounds; U: suffix minima of the upper bounds. */
function spread(lower: number[], upper: number[]): void {
  for (let k = 1; k < lower.length - 1; k++) lower[k] = Math.max(lower[k] as number, lower[k - 1] as number)
  for (let k = upper.length - 2; k >= 1; k--) upper[k] = Math.min(upper[k] as number, upper[k + 1] as number)
}

function possibleVersions(
  { startMs, endMs, fits }: Observation,
  quantities: readonly number[],
  lower: readonly number[],
  upper: readonly number[],
): number[] {
  const versions: number[] = []
  // Both bounds only grow with k, so all versions that are possible in time lie side by side.
  for (let k = firstAtLeast(upper, startMs); k < quantities.length; k++) {
    if ((lower[k] as number) > endMs) break
    if (fits(quantities[k] as number)) versions.push(k)
  }
  return versions
}

/** The first version k whose end U(k+1) is not before the moment. */
function firstAtLeast(upper: readonly number[], momentMs: number): number {
  let [low, high] = [0, upper.length - 2]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((upper[middle + 1] as number) >= momentMs) high = middle
    else low = middle + 1
  }
  return low
}
