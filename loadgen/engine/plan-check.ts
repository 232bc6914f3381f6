import { itemsOf } from './ledger.ts'
import type { LoadPlan, ThreadGroup } from './types.ts'

/** Throws RangeError naming everything in `plan` that cannot be carried out. */
export function checkPlan(plan: LoadPlan): void {
  const problems = plan.groups.flatMap((group, index) => groupProblems(plan, group, index))
  if (plan.groups.length === 0) problems.push('there is no group')
  else if (plan.groups.every((group) => group.endsWithOthers))
    problems.push('every group ends with the others')
  problems.push(...overlaps(plan.groups))
  if (!isCount(plan.workers)) problems.push('workers must be a whole number of at least 1')
  const { limit } = plan.retry
  if (!Number.isInteger(limit) || limit < 0 || limit > 5) problems.push('retry.limit must be 0 … 5')
  if (!(plan.requestTimeoutMs > 0)) problems.push('requestTimeoutMs must be above 0')
  if (!(plan.connectTimeoutMs > 0)) problems.push('connectTimeoutMs must be above 0')
  problems.push(...limiterProblems(plan))
  const scheme = URL.parse(plan.target)?.protocol
  const schemes = plan.engine === 'raw' ? ['http:'] : ['http:', 'https:']
  if (scheme === undefined || !schemes.includes(scheme)) {
    problems.push(`target must be a URL with ${schemes.join(' or ')} for the ${plan.engine} engine`)
  }
  if (problems.length > 0) throw new RangeError(`the load plan cannot run: ${problems.join('; ')}`)
}

function groupProblems(plan: LoadPlan, group: ThreadGroup, index: number): string[] {
  const problems: string[] = []
  const { name, start, open } = group
  const say = (problem: string) => problems.push(`group ${name}: ${problem}`)
  if (plan.groups.findIndex((other) => other.name === name) !== index) say('the name is taken')
  if (!isCount(group.threads)) say('threads must be a whole number of at least 1')
  if (!isCount(group.work.items)) say('items must be a whole number of at least 1')
  if (!Number.isInteger(group.firstItem) || group.firstItem < 0) say('firstItem must be 0 or more')
  if (start.kind === 'afterDone') {
    // Only earlier groups may be waited for: that rules out cycles.
    const awaited = plan.groups.slice(0, index).find((other) => other.name === start.group)
    if (awaited === undefined) say(`it waits for ${start.group}, which is no earlier group`)
    else if (start.threads < 1 || start.threads > awaited.threads) {
      say(`it waits for ${start.threads} threads of ${start.group}, which has ${awaited.threads}`)
    }
  }
  if (group.endsWithOthers && open !== undefined) say('an open model ends by its schedule')
  const { thinkTimeMs } = group
  if (thinkTimeMs !== undefined && !(thinkTimeMs >= 0)) say('thinkTimeMs must be 0 or more')
  if (open !== undefined) {
    if (thinkTimeMs !== undefined) say('an open model has no think time')
    if (!(open.ratePerSecond > 0)) say('ratePerSecond must be above 0')
    if (!(open.maxInFlight >= 1)) say('maxInFlight must be at least 1')
    if (start.rampMs !== undefined) say('an open model has no ramp')
    if (plan.limiter !== undefined) say('an open model cannot have a limiter')
  }
  return problems
}

/** Two groups with a common item would overwrite each other's ledger entries. */
function overlaps(groups: readonly ThreadGroup[]): string[] {
  const inOrder = [...groups].sort((a, b) => a.firstItem - b.firstItem)
  return inOrder.flatMap((group, index) => {
    const next = inOrder[index + 1]
    const overlap = next !== undefined && next.firstItem < group.firstItem + itemsOf(group)
    return overlap ? [`groups ${group.name} and ${next.name} have items in common`] : []
  })
}

function limiterProblems({ limiter }: LoadPlan): string[] {
  if (limiter?.kind === 'breaker') {
    return limiter.open > 0 && limiter.close > 0 ? [] : ['breaker thresholds must be above 0']
  }
  if (limiter?.kind === 'token-bucket') {
    return limiter.ratePerSecond > 0 && limiter.burst >= 1 ? [] : ['a token bucket needs rate > 0, burst ≥ 1']
  }
  return []
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1
}
