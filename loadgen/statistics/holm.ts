/**
 * The p-values of several tests, raised so that the chance of even one false alarm among all of them stays below
 * the level they are compared with (Holm, 1979): p in rising order × the number of tests left, never falling.
 *
 * @returns in the order given
 */
export function adjustByHolm(pValues: readonly number[]): number[] {
  const rising = pValues.map((p, index) => ({ p, index })).sort((left, right) => left.p - right.p)
  const adjusted = new Array<number>(pValues.length)
  let highest = 0
  rising.forEach(({ p, index }, rank) => {
    highest = Math.max(highest, Math.min(1, p * (pValues.length - rank)))
    adjusted[index] = highest
  })
  return adjusted
}
