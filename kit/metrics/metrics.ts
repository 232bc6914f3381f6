import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** Histogram bounds in seconds: 1 ms to 10 s, denser where services answer. */
export const durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

type Labels = readonly string[]

/** The metrics of one process: a registry of its own, so that tests can have several in one process. */
export interface Metrics {
  registry: Registry
  counter<L extends string>(name: string, help: string, labels?: readonly L[]): Counter<L>
  gauge<L extends string>(name: string, help: string, labels?: readonly L[], read?: () => number): Gauge<L>
  histogram<L extends string>(
    name: string,
    help: string,
    labels?: readonly L[],
    buckets?: number[],
  ): Histogram<L>
}

/** @param processName becomes the label `process` of every metric */
export function createMetrics(processName: string): Metrics {
  const registry = new Registry()
  registry.setDefaultLabels({ process: processName })
  collectDefaultMetrics({ register: registry })
  const common = <L extends string>(name: string, help: string, labels: readonly L[] = []) => ({
    name,
    help,
    labelNames: [...labels] as Labels as L[],
    registers: [registry],
  })
  return {
    registry,
    counter: (name, help, labels) => new Counter(common(name, help, labels)),
    gauge: (name, help, labels, read) =>
      new Gauge({
        ...common(name, help, labels),
        ...(read && {
          collect() {
            this.set(read())
          },
        }),
      }),
    histogram: (name, help, labels, buckets = durationBuckets) =>
      new Histogram({ ...common(name, help, labels), buckets }),
  }
}
