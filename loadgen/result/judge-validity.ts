import type { Validity } from './run-schema.ts'

/** What the engine and the kernel say about the load generator in one run. */
export interface ValidityInputs {
  /** Highest share of a second that any worker's event loop was busy, 0–1. */
  eventLoopUtilisationMax: number
  /** Attempts whose latency was recorded. */
  samples: number
  /** Latency of the fastest operation's median and the slowest operation's 99th percentile; null without samples. */
  latencyP50Ms: number | null
  latencyP99Ms: number | null
  /** How late requests were sent against their schedule; null in the closed model. */
  scheduleLagP99Ms: number | null
  /** Requests of the open model that were not sent because too many were in flight. */
  dropped: number
  /** |N − X·R| / N; null when the run has no stretch in which all threads were to be busy. */
  littlesLawGap: number | null
  /** Time the CFS quota kept the client off the CPU; null when the kernel does not say. */
  throttledMs: number | null
  gcLongestPauseMs: number
  /** Times a thread had to wait for its next item (RID-I8). */
  itemWaits: number
}

type Finding = readonly ['warn' | 'invalid', string]

/**
 * Whether the numbers of a run may be trusted, with a reason in plain English for every doubt.
 *
 * Thresholds: a busy event loop adds its own queue to every latency from about 0.6–0.7 on (measured, see
 * loadgen/README.md); a schedule lag above 10 % of the median distorts it; Little's-law gaps of 2 % are seen in
 * healthy runs; fewer than 1000 samples leave no ten values above the 99th percentile.
 */
export function judgeValidity(inputs: ValidityInputs): Validity {
  const findings = [
    judgeEventLoop(inputs.eventLoopUtilisationMax),
    ...judgeSchedule(inputs),
    judgeLittlesLaw(inputs.littlesLawGap),
    ...judgePauses(inputs),
    judgeItems(inputs.itemWaits),
    judgeSamples(inputs.samples),
  ].filter((finding) => finding !== undefined)
  const verdict = findings.some(([severity]) => severity === 'invalid')
    ? 'invalid'
    : findings.length > 0
      ? 'warn'
      : 'valid'
  return { verdict, reasons: findings.map(([, reason]) => reason) }
}

function judgeEventLoop(utilisation: number): Finding | undefined {
  const busy = `the load generator's event loop was up to ${percent(utilisation)} busy`
  if (!(utilisation <= 0.8))
    return [
      'invalid',
      `${busy} (limit 80 %): it measured its own queue, not only the service; use more workers`,
    ]
  if (utilisation > 0.6)
    return ['warn', `${busy} (quiet below 60 %): high percentiles may include its own delays`]
  return undefined
}

function judgeSchedule({ scheduleLagP99Ms, latencyP50Ms, dropped }: ValidityInputs): Finding[] {
  const findings: Finding[] = []
  if (scheduleLagP99Ms !== null && latencyP50Ms !== null && scheduleLagP99Ms > 0.1 * latencyP50Ms)
    findings.push([
      'invalid',
      `1 in 100 requests left ${ms(scheduleLagP99Ms)} or more behind schedule, over 10 % of the median latency (${ms(latencyP50Ms)})`,
    ])
  if (dropped > 0)
    // The service may be the cause as well as the client, so this alone does not condemn the generator.
    findings.push([
      'warn',
      `${dropped} scheduled requests were never sent because too many were in flight: the offered rate was not reached`,
    ])
  return findings
}

function judgeLittlesLaw(gap: number | null): Finding | undefined {
  if (gap === null || gap < 0.02) return undefined
  const lost = `threads spent ${percent(gap)} of their time outside requests (Little's law)`
  return gap >= 0.1
    ? ['invalid', `${lost}, limit 10 %: the client, not the service, held the throughput down`]
    : ['warn', `${lost}, expected below 2 %: the throughput could be that much higher`]
}

function judgePauses({ throttledMs, gcLongestPauseMs, latencyP99Ms }: ValidityInputs): Finding[] {
  const findings: Finding[] = []
  if (throttledMs !== null && throttledMs > 0)
    findings.push([
      'invalid',
      `the CPU quota stopped the load generator for ${ms(throttledMs)}: give it whole CPUs (requests = limits)`,
    ])
  if (latencyP99Ms !== null && gcLongestPauseMs > latencyP99Ms)
    findings.push([
      'warn',
      `a garbage collection paused the load generator for ${ms(gcLongestPauseMs)}, longer than the 99th percentile (${ms(latencyP99Ms)}): the highest latencies may be its own`,
    ])
  return findings
}

function judgeItems(itemWaits: number): Finding | undefined {
  if (itemWaits === 0) return undefined
  return ['invalid', `threads waited ${itemWaits} times for their next item instead of sending (RID-I8)`]
}

function judgeSamples(samples: number): Finding | undefined {
  if (samples === 0) return ['invalid', 'no request was measured, so the run says nothing']
  if (samples < 1000)
    return [
      'warn',
      `only ${samples} requests were measured: percentiles above the median are guesses below 1000`,
    ]
  return undefined
}

function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(1)} %`
}

function ms(milliseconds: number): string {
  return `${milliseconds < 10 ? milliseconds.toFixed(2) : milliseconds.toFixed(0)} ms`
}
