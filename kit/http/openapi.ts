import type { TSchema } from 'typebox'
import type { Route, RouteAnswer, RouteForm, RouteParameter } from './route.ts'

export interface OpenApiInfo {
  title: string
  version: string
  summary: string
  description: string
  tags: { name: string; description: string }[]
  /** Schema of the interface's error bodies, and its media type. */
  error: { schema: TSchema; contentType: string; example: unknown }
}

type Json = Record<string, unknown>

/**
 * The OpenAPI 3.1 document of a table of routes. The schemas are the very objects that requests are checked
 * with, so document, check and type cannot drift apart.
 */
export function describeInterface(routes: readonly Route[], info: OpenApiInfo): Json {
  const paths: Record<string, Json> = {}
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method]: describeOperation(route, info) }
  }
  return {
    openapi: '3.1.0',
    info: { title: info.title, version: info.version, summary: info.summary, description: info.description },
    servers: [
      {
        url: '{prefix}',
        description: 'Optional prefix in front of every path (URL_PREFIX).',
        variables: { prefix: { default: '/' } },
      },
    ],
    security: [],
    tags: info.tags,
    paths,
  }
}

function describeOperation(route: Route, info: OpenApiInfo): Json {
  return {
    operationId: route.operationId,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description && { description: route.description }),
    ...(route.parameters && { parameters: route.parameters.map(describeParameter) }),
    ...(route.body && {
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: plain(route.body.schema),
            examples: Object.fromEntries(
              Object.entries(route.body.examples).map(([name, value]) => [name, { value }]),
            ),
          },
          ...(route.body.alsoForm && {
            'application/x-www-form-urlencoded': { schema: plain(route.body.schema) },
          }),
        },
      },
    }),
    ...(route.form && { requestBody: describeForm(route.form) }),
    responses: { ...describeAnswers(route), ...describeErrors(route, info) },
  }
}

function describeForm({ schema, encoding, examples }: RouteForm): Json {
  const named = Object.entries(examples).map(([name, value]) => [name, { value }])
  return {
    required: true,
    content: {
      'multipart/form-data': { schema: plain(schema), encoding, examples: Object.fromEntries(named) },
    },
  }
}

function describeParameter(parameter: RouteParameter): Json {
  return {
    name: parameter.name,
    in: parameter.in,
    required: parameter.required,
    description: parameter.description,
    ...(parameter.in === 'query' && { style: 'form', explode: true }),
    schema: plain(parameter.schema),
    ...(parameter.example !== undefined && { example: parameter.example }),
  }
}

function describeAnswers(route: Route): Json {
  const answers = Object.entries(route.answers).map(([status, answer]) => [status, describeAnswer(answer)])
  return Object.fromEntries(answers)
}

function describeAnswer(answer: RouteAnswer): Json {
  const bytes = answer.contentTypes?.map((contentType) => [
    contentType,
    // OpenAPI 3.1 describes raw bytes by leaving the schema empty.
    { schema: {} },
  ])
  return {
    description: answer.description,
    ...(answer.headers && {
      headers: Object.fromEntries(
        Object.entries(answer.headers).map(([name, { description, schema }]) => [
          name,
          { description, schema: plain(schema) },
        ]),
      ),
    }),
    ...(bytes && { content: Object.fromEntries(bytes) }),
    ...(answer.schema && {
      content: {
        'application/json': {
          schema: plain(answer.schema),
          ...(answer.example !== undefined && { example: answer.example }),
        },
      },
    }),
  }
}

function describeErrors(route: Route, info: OpenApiInfo): Json {
  const content = {
    [info.error.contentType]: { schema: plain(info.error.schema), example: info.error.example },
  }
  const takesInput = route.parameters ?? route.body ?? route.form
  const further = Object.entries(route.errors ?? {}).map(([status, description]) => [
    status,
    { description, content },
  ])
  return {
    ...(takesInput && { 400: { description: 'Invalid or missing values.', content } }),
    ...(takesInput &&
      !route.form && { 404: { description: 'No data for this key, or no such path.', content } }),
    ...Object.fromEntries(further),
    ...(route.body && {
      413: { description: 'The body is too large.', content },
      415: { description: 'The body is not JSON, or is compressed.', content },
    }),
    503: {
      description: 'Queue or store not reachable; nothing was acknowledged.',
      headers: {
        'Retry-After': {
          description: 'Seconds until a retry makes sense.',
          schema: { type: 'integer', minimum: 0 },
        },
      },
      content,
    },
  }
}

/** TypeBox marks its schemas with symbols and hidden properties; the document wants plain JSON. */
function plain(schema: TSchema): Json {
  return JSON.parse(JSON.stringify(schema)) as Json
}
