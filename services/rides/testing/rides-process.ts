import { type ServiceProcess, startServiceProcess } from '@chairlift/kit/testing/service-process.ts'

export type RidesRole = 'api' | 'writer'
export type RidesProcess = ServiceProcess

/** Starts api.ts or writer.ts; see startServiceProcess. */
export function startProcess(
  role: RidesRole,
  environment: Record<string, string>,
  ready = true,
): Promise<RidesProcess> {
  const entry = new URL(`../${role}.ts`, import.meta.url)
  return startServiceProcess(entry, environment, { servicePort: role === 'api', ready })
}
