import { parseAllDocuments } from 'yaml'
import type { Manifest } from '../policy/manifest.ts'
import { chartFolder, runTool, valueOptions } from './chart-tools.ts'

/**
 * The manifests that helm makes of the chart for a release named `chairlift` in the namespace `lab`.
 *
 * @param chart folder of the chart, where it is not this one
 * @throws Error with helm's own words
 */
export async function render(
  valuesFile = '',
  set: readonly string[] = [],
  chart = chartFolder,
): Promise<Manifest[]> {
  const options = ['template', 'chairlift', chart, '--namespace', 'lab', ...valueOptions(valuesFile, set)]
  const { exitCode, stdout, stderr } = await runTool('helm', options)
  if (exitCode !== 0) throw new Error(stderr)
  return parseAllDocuments(stdout)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null)
}
