import type { HttpRequest } from '../../experiment/http-schema.ts'

/** The OpenAPI document cannot be turned into requests; the message says which operation and why. */
export class OpenApiError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'OpenApiError'
  }
}

type Node = Record<string, unknown>

const methods = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'] as const
/** Deeper schemas are cut off: a schema may contain itself. */
const mostDepth = 6

/**
 * Requests from an OpenAPI 3 document: one for each operation asked for, its path, its required query parameters and
 * headers and its JSON body filled from examples where there are some, else by schema (type, enum, format, bounds).
 *
 * @param operations operationIds; without them all GET operations
 * @throws OpenApiError when the document has no such operation, or one that needs what cannot be made up
 */
export function expandOpenApi(document: unknown, operations?: readonly string[]): HttpRequest[] {
  const root = asNode(document)
  const paths = asNode(root['paths'])
  const found: HttpRequest[] = []
  const known: string[] = []
  for (const [path, item] of Object.entries(paths))
    for (const method of methods) {
      const operation = asNode(item)[method]
      if (operation === undefined) continue
      const name = operationName(asNode(operation), method, path)
      known.push(name)
      if (operations === undefined ? method === 'get' : operations.includes(name))
        found.push(
          describeOperation(root, { path, item: asNode(item), method, operation: asNode(operation), name }),
        )
    }
  const missing = operations?.filter((name) => !known.includes(name)) ?? []
  if (missing.length > 0)
    throw new OpenApiError(`no operation ${missing.join(', ')}; there are: ${known.join(', ') || 'none'}`)
  if (found.length === 0)
    throw new OpenApiError('the OpenAPI file has no GET operation; name some in operations')
  return found
}

function describeOperation(
  root: Node,
  {
    path,
    item,
    method,
    operation,
    name,
  }: { path: string; item: Node; method: string; operation: Node; name: string },
): HttpRequest {
  const parameters = [...asList(item['parameters']), ...asList(operation['parameters'])].map((parameter) =>
    asNode(resolve(root, parameter)),
  )
  const valueOf = (parameter: Node) => {
    const made = makeValue(root, parameter['example'] ?? undefined, parameter['schema'], 0)
    // A list in its usual form is the name repeated; one element is a list, too.
    const value = Array.isArray(made) ? made[0] : made
    if (typeof value === 'object')
      throw new OpenApiError(`${name}: the parameter ${parameter['name']} is no single value`)
    return String(value)
  }
  const filled = path.replaceAll(/\{([^{}]+)\}/g, (_, wanted: string) => {
    const parameter = parameters.find((found) => found['in'] === 'path' && found['name'] === wanted)
    if (parameter === undefined)
      throw new OpenApiError(`${name}: the path parameter ${wanted} is not described`)
    return valueOf(parameter)
  })
  const required = parameters.filter((parameter) => parameter['required'] === true)
  const query = required
    .filter((parameter) => parameter['in'] === 'query')
    .map((parameter) => `${encodeURIComponent(String(parameter['name']))}=${valueOf(parameter)}`)
  const headers = required
    .filter((parameter) => parameter['in'] === 'header')
    .map((parameter) => [String(parameter['name']), valueOf(parameter)] as const)
  const body = operation['requestBody']
  const json = body === undefined ? undefined : makeBody(root, name, asNode(resolve(root, body)))
  return {
    name,
    method: method.toUpperCase() as NonNullable<HttpRequest['method']>,
    path: query.length > 0 ? `${filled}?${query.join('&')}` : filled,
    ...(headers.length > 0 && { headers: Object.fromEntries(headers) }),
    ...(json !== undefined && { json }),
  }
}

function makeBody(root: Node, name: string, body: Node): unknown {
  const content = asNode(body['content'])
  const media = Object.entries(content).find(([type]) => /^application\/([a-z.+-]+\+)?json/.test(type))?.[1]
  if (media === undefined) {
    if (body['required'] !== true) return undefined
    throw new OpenApiError(
      `${name}: its body is ${Object.keys(content).join(', ') || 'not described'}; only JSON can be made up, write this request by hand`,
    )
  }
  const { example, examples, schema } = asNode(media)
  const first = asNode(Object.values(asNode(examples))[0])['value']
  return makeValue(root, example ?? first, schema, 0)
}

/** A value by example or schema; numbers and texts without an example become placeholders. */
function makeValue(root: Node, example: unknown, schemaOrReference: unknown, depth: number): unknown {
  if (example !== undefined) return example
  const schema = asNode(resolve(root, schemaOrReference))
  const given = schema['example'] ?? asList(schema['examples'])[0] ?? schema['const'] ?? schema['default']
  if (given !== undefined) return given
  const choices = asList(schema['enum'])
  if (choices.length > 0) return choices.every(isWord) ? `{{choice ${choices.join(' ')}}}` : choices[0]
  const [alternative] = [...asList(schema['oneOf']), ...asList(schema['anyOf'])]
  if (alternative !== undefined) return makeValue(root, undefined, alternative, depth + 1)
  const type = asList(schema['type'])[0] ?? schema['type'] ?? (schema['properties'] ? 'object' : undefined)
  switch (type) {
    case 'integer':
    case 'number': {
      const low = Math.ceil(Number(schema['minimum'] ?? 1))
      return `{{integer ${low} ${Math.max(low, Math.floor(Number(schema['maximum'] ?? low + 999)))}}}`
    }
    case 'boolean':
      return true
    case 'array':
      return depth >= mostDepth ? [] : [makeValue(root, undefined, schema['items'], depth + 1)]
    case 'object':
      return makeObject(root, schema, depth)
    default:
      if (schema['format'] === 'uuid') return '{{uuid}}'
      if (schema['format'] === 'date-time') return '2026-01-01T00:00:00Z'
      if (schema['format'] === 'date') return '2026-01-01'
      return `{{string ${Math.min(Math.max(8, Number(schema['minLength'] ?? 0)), Number(schema['maxLength'] ?? 100))}}}`
  }
}

function makeObject(root: Node, schema: Node, depth: number): Node {
  if (depth >= mostDepth) return {}
  const properties = Object.entries(asNode(schema['properties']))
  const required = asList(schema['required'])
  const wanted = properties.filter(([name]) => required.length === 0 || required.includes(name))
  return Object.fromEntries(
    wanted.map(([name, property]) => [name, makeValue(root, undefined, property, depth + 1)]),
  )
}

/** Follows references within the document. */
function resolve(root: Node, node: unknown): unknown {
  let current = node
  for (let hops = 0; hops < 20; hops++) {
    const reference = asNode(current)['$ref']
    if (typeof reference !== 'string') return current
    if (!reference.startsWith('#/'))
      throw new OpenApiError(`the reference ${reference} leaves the file; only #/… is followed`)
    current = reference
      .slice(2)
      .split('/')
      .reduce<unknown>((at, key) => asNode(at)[key.replaceAll('~1', '/').replaceAll('~0', '~')], root)
    if (current === undefined) throw new OpenApiError(`the reference ${reference} leads nowhere`)
  }
  throw new OpenApiError('a reference leads in a circle')
}

function operationName(operation: Node, method: string, path: string): string {
  const id = operation['operationId']
  if (typeof id === 'string' && /^[A-Za-z][A-Za-z0-9_.-]{0,62}$/.test(id)) return id
  return `${method}${path.replaceAll(/[^A-Za-z0-9]+/g, '_')}`.slice(0, 63)
}

function isWord(value: unknown): boolean {
  return /^[^\s{}]+$/.test(String(value)) && typeof value === 'string'
}

function asNode(value: unknown): Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Node) : {}
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
