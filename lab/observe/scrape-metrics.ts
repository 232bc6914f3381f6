/**
 * Sums of some metrics of a process over all their labels, read from its admin port.
 * @returns undefined when the process does not answer
 */
export async function scrapeMetrics(
  adminUrl: string,
  names: readonly string[],
): Promise<Record<string, number> | undefined> {
  const text = await fetch(`${adminUrl}/metrics`, { signal: AbortSignal.timeout(2_000) })
    .then((response) => response.text())
    .catch(() => undefined)
  if (text === undefined) return undefined
  const sums = Object.fromEntries(names.map((name) => [name, 0]))
  for (const line of text.split('\n')) {
    const name = line.slice(0, line.search(/[{ ]/))
    if (name in sums) sums[name] = (sums[name] ?? 0) + Number(line.slice(line.lastIndexOf(' ') + 1))
  }
  return sums
}
