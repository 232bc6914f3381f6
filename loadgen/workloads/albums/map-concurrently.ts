const atOnce = 16

/** Applies an asynchronous function to all values, sixteen at once. @returns the results in the values' order */
export async function mapConcurrently<T, R>(
  values: readonly T[],
  apply: (value: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const work = async () => {
    while (next < values.length) {
      const index = next++
      results[index] = await apply(values[index] as T, index)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return results
}
