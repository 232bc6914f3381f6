import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** The chart's folder. */
export const chartFolder = new URL('../chairlift/', import.meta.url).pathname

/** Values files that the chart is checked with; '' stands for the defaults. */
export const valuesFiles = ['', 'values-eks.yaml', 'ci/small-values.yaml', 'ci/full-values.yaml'] as const

const run = promisify(execFile)
const installed = run(new URL('../tools/install-tools.sh', import.meta.url).pathname)

export interface Outcome {
  exitCode: number
  stdout: string
  stderr: string
}

/**
 * Runs one of the tools of install-tools.sh, which installs them first; the folder of the tools replaces `{tools}`
 * in the arguments.
 *
 * @throws when the tools cannot be installed
 */
export async function runTool(tool: 'helm' | 'kubeconform', options: readonly string[]): Promise<Outcome> {
  const folder = await toolsFolder()
  const expanded = options.map((option) => option.replace('{tools}', folder))
  try {
    const { stdout, stderr } = await run(`${folder}/${tool}`, expanded, { maxBuffer: 16 * 1024 ** 2 })
    return { exitCode: 0, stdout, stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: unknown; stdout: string; stderr: string }
    if (typeof code !== 'number') throw error
    return { exitCode: code, stdout, stderr }
  }
}

/** Folder of the tools and schemas. @throws when they cannot be installed */
export async function toolsFolder(): Promise<string> {
  return (await installed).stdout.trim()
}

/** Options of helm that add a values file of the chart and `--set` values. */
export function valueOptions(valuesFile: string, set: readonly string[] = []): string[] {
  const file = valuesFile === '' ? [] : ['--values', `${chartFolder}${valuesFile}`]
  return [...file, ...set.flatMap((value) => ['--set', value])]
}
