import type { Run, Second } from '../../result/run-schema.ts'
import { latencyAxis, secondsAxis, zeroBasedAxis } from '../charts/axes.ts'
import { type Series, seriesStyles } from '../charts/draw-chart.ts'
import { numbers } from '../data-table.ts'
import type { Figure } from '../figure.ts'
import { formatCount, formatMs } from '../format-number.ts'

/** The figures of a run over its seconds; those that were not measured are left out. `id` is the run's. */
export function timeFigures(run: Run, id: string): Figure[] {
  return [
    requestsFigure(run, id),
    latencyFigure(run, id),
    queueFigure(run, id),
    eventsFigure(run, id),
    replicasFigure(run, id),
  ].filter((figure) => figure !== undefined)
}

function requestsFigure(run: Run, id: string): Figure {
  const whole = wholeSeconds(run)
  return {
    ...timeAxis(run),
    id: `${id}-requests`,
    title: 'Requests per second',
    note:
      whole.length < run.series.length
        ? 'Requests that ended in each second; the last, shorter second is only in the data.'
        : 'Requests that ended in each second.',
    description: `Between ${range(whole.map(({ completed }) => completed))} requests ended in a second.`,
    y: zeroBasedAxis(
      'requests/s',
      whole.map(({ completed, errors }) => Math.max(completed, errors)),
    ),
    series: [
      overTime('ended', 0, whole, ({ completed }) => completed),
      overTime('failed', 1, whole, ({ errors }) => errors),
    ],
    table: {
      columns: numbers('second', 'ended', 'failed', 'in flight'),
      rows: run.series.map(({ second, completed, errors, inFlight }) =>
        [second, completed, errors, inFlight].map(formatCount),
      ),
    },
  }
}

/** Without the last second unless it is whole: fewer requests in a part of a second look like a breakdown. */
function wholeSeconds({ series, wallSeconds }: Run): Second[] {
  const whole = series.filter(({ second }) => second + 1 <= wallSeconds)
  return whole.length >= 2 ? whole : [...series]
}

function latencyFigure(run: Run, id: string): Figure {
  return {
    ...timeAxis(run),
    id: `${id}-latency`,
    title: 'Latency over time',
    note: 'Half of the answers came within p50, 99 of 100 within p99.',
    description: `The median lay between ${range(run.series.map(({ p50Ms }) => p50Ms))} ms, the 99th percentile between ${range(run.series.map(({ p99Ms }) => p99Ms))} ms.`,
    y: latencyAxis(
      'ms',
      run.series.flatMap(({ p50Ms, p99Ms }) => [p50Ms, p99Ms]),
    ),
    series: [
      overTime('p50', 0, run.series, ({ p50Ms }) => p50Ms),
      overTime('p99', 1, run.series, ({ p99Ms }) => p99Ms),
    ],
    table: {
      columns: numbers('second', 'p50 ms', 'p99 ms'),
      rows: run.series.map(({ second, p50Ms, p99Ms }) => [
        formatCount(second),
        formatMs(p50Ms),
        formatMs(p99Ms),
      ]),
    },
  }
}

function queueFigure(run: Run, id: string): Figure | undefined {
  const samples =
    run.queue.samples.length > 0
      ? run.queue.samples.map(({ atSeconds, depth }) => ({ x: atSeconds, y: depth as number | null }))
      : run.series.map(({ second, queueDepth }) => ({ x: second + 0.5, y: queueDepth }))
  if (samples.every(({ y }) => y === null)) return undefined
  const depths = samples.map(({ y }) => y)
  return {
    ...timeAxis(run),
    x: secondsAxis(Math.max(run.wallSeconds, ...samples.map(({ x }) => x))),
    id: `${id}-queue`,
    title: 'Queue depth',
    note: 'Messages accepted and not yet handled. A level line is healthy; a growing one is a backlog.',
    description: `The queue held between ${range(depths)} messages.`,
    y: zeroBasedAxis('messages', depths),
    series: [solid({ name: 'messages', style: seriesStyles[2], points: samples })],
    table: {
      columns: numbers('seconds', 'messages'),
      rows: samples.map(({ x, y }) => [x.toFixed(1), formatCount(y)]),
    },
  }
}

function eventsFigure(run: Run, id: string): Figure | undefined {
  const waiting = run.series.map(({ eventsWaiting }) => eventsWaiting)
  if (waiting.every((value) => value === null)) return undefined
  return {
    ...timeAxis(run),
    id: `${id}-events`,
    title: 'Events waiting',
    note: 'Events accepted and not yet visible to readers; one message carries several events.',
    description: `Between ${range(waiting)} events were waiting.`,
    y: zeroBasedAxis('events', waiting),
    series: [solid(overTime('events', 3, run.series, ({ eventsWaiting }) => eventsWaiting))],
    table: {
      columns: numbers('second', 'events'),
      rows: run.series.map(({ second, eventsWaiting }) => [formatCount(second), formatCount(eventsWaiting)]),
    },
  }
}

function replicasFigure(run: Run, id: string): Figure | undefined {
  const processes = [...new Set(run.series.flatMap(({ replicas }) => Object.keys(replicas)))]
  if (processes.length === 0) return undefined
  // Only as many lines as there are looks to tell them apart; the table has them all.
  const shown = processes.slice(0, seriesStyles.length)
  const counts = run.series.flatMap(({ replicas }) => shown.map((process) => replicas[process] ?? null))
  return {
    ...timeAxis(run),
    id: `${id}-replicas`,
    title: 'Processes',
    note: 'How many of each process were running.',
    description: `Between ${range(counts)} of a kind were running.`,
    y: {
      ...zeroBasedAxis('processes', counts),
      ticks: Math.min(5, Math.max(1, ...counts.map((count) => count ?? 0))),
    },
    series: shown.map((process, index) => ({
      ...overTime(process, index, run.series, ({ replicas }) => replicas[process] ?? null),
      shape: 'step' as const,
    })),
    table: {
      columns: numbers('second', ...processes),
      rows: run.series.map(({ second, replicas }) => [
        formatCount(second),
        ...processes.map((process) => formatCount(replicas[process] ?? null)),
      ]),
    },
  }
}

function timeAxis(run: Run): Pick<Figure, 'x' | 'events'> {
  const inside = run.events.filter(({ atSeconds }) => atSeconds >= 0 && atSeconds <= run.wallSeconds)
  return { x: secondsAxis(run.wallSeconds), events: inside.map(({ atSeconds }) => atSeconds) }
}

function overTime(
  name: string,
  style: number,
  series: readonly Second[],
  pick: (second: Second) => number | null,
): Series {
  return {
    name,
    style: seriesStyles[style] ?? seriesStyles[0],
    // A second's value stands in its middle: second 0 covers 0 to 1.
    points: series.map((second) => ({ x: second.second + 0.5, y: pick(second) })),
  }
}

/** A line that stands alone needs no dashes. */
function solid(series: Series): Series {
  return { ...series, style: { ...series.style, dash: '' } }
}

function range(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null)
  if (known.length === 0) return 'an unknown number of'
  return `${formatCount(Math.min(...known))} and ${formatCount(Math.max(...known))}`
}
