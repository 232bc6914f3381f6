/** A line of the Prometheus text format. */
export interface MetricSample {
  name: string
  labels: Readonly<Record<string, string>>
  value: number
}

const sampleLine = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?$/
const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g

/** The samples with one of these names; comments and lines that are no samples are passed over. */
export function readSamples(text: string, names: ReadonlySet<string>): MetricSample[] {
  const samples: MetricSample[] = []
  for (const line of text.split('\n')) {
    const end = line.search(/[{ ]/)
    if (end <= 0 || !names.has(line.slice(0, end))) continue
    const [, name, labels, value] = sampleLine.exec(line) ?? []
    const number = Number(value)
    if (name === undefined || !Number.isFinite(number)) continue
    samples.push({ name, labels: readLabels(labels ?? ''), value: number })
  }
  return samples
}

function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {}
  for (const [, name, value] of text.matchAll(label))
    labels[name as string] = (value as string).replace(/\\(.)/g, (_, one: string) =>
      one === 'n' ? '\n' : one,
    )
  return labels
}

/** Sum over all samples of a name; undefined, and not zero, when there is none. */
export function sumOf(samples: readonly MetricSample[], name: string): number | undefined {
  const values = samples.filter((sample) => sample.name === name).map(({ value }) => value)
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0)
}
