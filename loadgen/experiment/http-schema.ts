import Type, { type Static } from 'typebox'

const closed = { additionalProperties: false }

const header = Type.String({
  pattern: '^[^\\r\\n\\u0000]*$',
  maxLength: 4_000,
  description: 'a text on one line',
})

const request = Type.Object(
  {
    name: Type.String({
      pattern: '^[A-Za-z][A-Za-z0-9_.-]{0,62}$',
      description: 'a name of letters, digits, _ . and -, shown in the report',
    }),
    weight: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000_000,
        description: 'how often, against the others, 1 to 1000000',
      }),
    ),
    method: Type.Optional(
      Type.Enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'], {
        description: 'GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS',
      }),
    ),
    path: Type.String({
      pattern: '^/[^\\r\\n\\u0000]*$',
      maxLength: 8_000,
      description: 'a path that begins with /, with placeholders such as {{integer 1 1000}}',
    }),
    headers: Type.Optional(
      Type.Record(Type.String(), header, {
        propertyNames: Type.String({
          pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$",
          description: 'the name of a header',
        }),
        description: 'headers by name',
      }),
    ),
    json: Type.Optional(Type.Unknown({ description: 'a JSON body; placeholders stand in its texts' })),
    body: Type.Optional(Type.String({ maxLength: 1_000_000, description: 'a body as text' })),
    accept: Type.Optional(
      Type.Array(Type.Integer({ minimum: 100, maximum: 599, description: 'a status, 100 to 599' }), {
        maxItems: 50,
        description: 'statuses beside 2xx that are no failure, such as [404]',
      }),
    ),
    contains: Type.Optional(
      Type.String({ minLength: 1, description: 'a text that every successful answer must hold' }),
    ),
  },
  { ...closed, description: 'a request: {name, path, …}' },
)

/** The section `http` of an experiment: what the workload `http` sends. */
export const httpSchema = Type.Object(
  {
    mode: Type.Optional(
      Type.Enum(['mix', 'sequence'], {
        description: 'mix (each item is one request, by weight) or sequence (all requests in order)',
      }),
    ),
    requests: Type.Optional(
      Type.Array(request, { minItems: 1, maxItems: 200, description: 'a list of requests' }),
    ),
    openapi: Type.Optional(
      Type.String({ minLength: 1, description: 'an OpenAPI file, relative to the experiment file' }),
    ),
    operations: Type.Optional(
      Type.Array(Type.String({ description: 'an operationId' }), {
        minItems: 1,
        maxItems: 200,
        description: 'a list of operationIds of the OpenAPI file; all GETs without it',
      }),
    ),
  },
  { ...closed, description: 'what is sent: {requests: […]} or {openapi: FILE}' },
)

export type HttpSection = Static<typeof httpSchema>
export type HttpRequest = Static<typeof request>
