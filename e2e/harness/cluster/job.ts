import { eventually } from '@chairlift/kit/testing/eventually.ts'
import { get, kubectl, list } from './cluster.ts'
import type { Release } from './release.ts'

export interface FinishedJob {
  succeeded: boolean
  /** Exit code of the pod's container. */
  exitCode: number
  log: string
}

/**
 * Starts a Job from one of the release's CronJobs as `kubectl create job --from` does.
 *
 * @param change may change the command of the container before the Job is created
 */
export async function startJob(
  release: Release,
  cronJob: string,
  name: string,
  change?: (command: string[]) => string[],
): Promise<void> {
  const create = ['create', 'job', name, `--from=cronjob/${cronJob}`]
  if (!change) {
    await release.kubectl(...create)
    return
  }
  const job = JSON.parse(await release.kubectl(...create, '--dry-run=client', '--output=json'))
  const [container] = job.spec.template.spec.containers
  container.command = change(container.command)
  await kubectl(['--namespace', release.namespace, 'create', '--filename', '-'], {
    input: JSON.stringify(job),
  })
}

/** Waits until a Job has ended, and tells how. */
export async function finishJob(release: Release, name: string, timeoutMs = 600_000): Promise<FinishedJob> {
  const condition = await eventually(
    `the Job ${name} ends`,
    async () => {
      const { status } = await get(`job/${name}`, '--namespace', release.namespace)
      const conditions = (status.conditions ?? []) as { type: string; status: string }[]
      return conditions.find(
        ({ type, status: value }) => value === 'True' && (type === 'Complete' || type === 'Failed'),
      )
    },
    timeoutMs,
    500,
  )
  const [pod] = await list('pods', '--namespace', release.namespace, '--selector', `job-name=${name}`)
  const exitCode = pod?.status.containerStatuses?.[0]?.state?.terminated?.exitCode as number
  return {
    succeeded: condition.type === 'Complete',
    exitCode,
    log: await release.kubectl('logs', `job/${name}`),
  }
}
