import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import type { Manifest } from '../policy/manifest.ts'
import { chartFolder, type Outcome, runTool } from './chart-tools.ts'

/** Checks that a version of Kubernetes, with the chart's own kinds, knows every field of the manifests. */
export async function checkFields(version: string, manifests: readonly Manifest[]): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'chairlift-manifests-'))
  try {
    await mkdir(join(folder, 'crds'))
    for (const [name, schema] of Object.entries(await readOwnKinds()))
      await writeFile(join(folder, 'crds', `${name}.json`), JSON.stringify(schema))
    const file = join(folder, 'manifests.json')
    await writeFile(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests }))
    return await runTool('kubeconform', [
      '-strict',
      '-summary',
      '-schema-location',
      `{tools}/schemas/v${version}-local-strict/{{.ResourceKind}}{{.KindSuffix}}.json`,
      '-schema-location',
      `${folder}/crds/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json`,
      file,
    ])
  } finally {
    await rm(folder, { recursive: true })
  }
}

interface CustomResourceDefinition {
  spec: {
    names: { kind: string }
    versions: { name: string; schema: { openAPIV3Schema: object } }[]
  }
}

/** JSON Schemas of the chart's CustomResourceDefinitions, by `kind_version`. */
async function readOwnKinds(): Promise<Record<string, object>> {
  const schemas: Record<string, object> = {}
  const files = await readdir(`${chartFolder}crds`).catch(() => [])
  for (const file of files)
    for (const document of parseAllDocuments(await readFile(`${chartFolder}crds/${file}`, 'utf8'))) {
      const definition = document.toJS() as CustomResourceDefinition | null
      if (!definition) continue
      const { names, versions } = definition.spec
      for (const { name, schema } of versions)
        schemas[`${names.kind.toLowerCase()}_${name}`] = closed(schema.openAPIV3Schema, true)
    }
  return schemas
}

/** The API server drops unknown fields of a structural schema; here they are errors. */
function closed(schema: object, isRoot = false): object {
  const entries = Object.entries(schema).map(([key, value]) => {
    if (key === 'properties')
      return [
        key,
        Object.fromEntries(Object.entries(value).map(([name, one]) => [name, closed(one as object)])),
      ]
    return [key, key === 'items' || key === 'additionalProperties' ? closedOrAny(value) : value]
  })
  const object = Object.fromEntries(entries) as Record<string, unknown>
  if (!object['properties'] || object['x-kubernetes-preserve-unknown-fields']) return object
  const common = isRoot ? { apiVersion: {}, kind: {}, metadata: {} } : {}
  return {
    ...object,
    properties: { ...common, ...(object['properties'] as object) },
    additionalProperties: false,
  }
}

function closedOrAny(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? closed(value) : value
}
