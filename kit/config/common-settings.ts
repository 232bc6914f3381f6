import Type from 'typebox'

/** Settings of every process: where its admin port listens, what it logs, how long stopping may take. */
export const processSettings = {
  host: Type.String({ default: '0.0.0.0', minLength: 1, description: 'Address to listen on.' }),
  adminPort: Type.Integer({
    default: 9090,
    minimum: 0,
    maximum: 65_535,
    description: 'Port of /metrics, /livez, /readyz and /info; 0 picks a free one.',
  }),
  logLevel: Type.Union(
    ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'].map((level) => Type.Literal(level)),
    { default: 'info', description: 'trace, debug, info, warn, error, fatal or silent.' },
  ),
  stopDelayMs: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 60_000,
    description: 'After SIGTERM: how long to go on serving, not ready, before closing the port (ms).',
  }),
  stopTimeoutMs: Type.Integer({
    default: 10_000,
    minimum: 100,
    maximum: 600_000,
    description: 'Longest time for each phase of stopping (ms).',
  }),
}

/** Settings of a process with an HTTP interface. */
export const httpSettings = {
  port: Type.Integer({
    default: 8080,
    minimum: 0,
    maximum: 65_535,
    description: 'Port of the service; 0 picks a free one.',
  }),
  reusePort: Type.Boolean({
    default: false,
    description: 'Share the port with other processes on this machine (SO_REUSEPORT).',
  }),
  urlPrefix: Type.String({
    default: '',
    pattern: '^(/[A-Za-z0-9._~-]+)*$',
    description: 'Path in front of every route, as servlet deployments have it, e.g. /rides.',
  }),
  maxConnections: Type.Integer({
    default: 20_000,
    minimum: 1,
    maximum: 1_000_000,
    description: 'Connections above this number are closed at once.',
  }),
  maxRequestsInFlight: Type.Integer({
    default: 8_192,
    minimum: 1,
    maximum: 1_000_000,
    description: 'Requests above this number in flight are answered 503.',
  }),
}

/** Where RabbitMQ is. */
export const amqpSettings = {
  amqpUrl: Type.String({
    pattern: '^amqps?://[^\\s]+$',
    secret: true,
    description: 'RabbitMQ, e.g. amqp://user:password@rabbitmq:5672/%2F.',
  }),
}

/** The bounds of a confirmed publisher (kit/broker/publisher.ts). */
export const publisherSettings = {
  publishWindowEvents: Type.Integer({
    default: 4_096,
    minimum: 1,
    maximum: 1_000_000,
    description: 'Events accepted but not yet confirmed; more are answered 503.',
  }),
  publishGroupEvents: Type.Integer({
    default: 64,
    minimum: 1,
    maximum: 1_000,
    description: 'Most events in one message; 1 switches grouping off.',
  }),
  publishConfirmTimeoutMs: Type.Integer({
    default: 5_000,
    minimum: 10,
    maximum: 600_000,
    description: 'Longest wait for the confirmation by RabbitMQ; then 503, outcome unknown (ms).',
  }),
}

/** How a consumer takes messages (kit/broker/batch-consumer.ts). */
export const consumerSettings = {
  prefetchMessages: Type.Integer({
    default: 50,
    minimum: 1,
    maximum: 10_000,
    description: 'Messages on their way to this process; each holds up to PUBLISH_GROUP_EVENTS events.',
  }),
  batchEvents: Type.Integer({
    default: 500,
    minimum: 1,
    maximum: 10_000,
    description: 'A batch is written when it holds this many events …',
  }),
  batchAgeMs: Type.Integer({
    default: 20,
    minimum: 0,
    maximum: 60_000,
    description: '… or when its first event is this old (ms).',
  }),
  suspectCrashes: Type.Integer({
    default: 5,
    // A message is a suspect after 2; it must be tried alone at least once before it is given up.
    minimum: 3,
    maximum: 15,
    description: 'A message that was with this many crashed consumers is parked.',
  }),
}

/** Where Postgres is. */
export const postgresSettings = {
  databaseUrl: Type.String({
    pattern: '^postgres(ql)?://[^\\s]+$',
    secret: true,
    description: 'PostgreSQL, e.g. postgres://user:password@postgres:5432/chairlift.',
  }),
  databaseConnections: Type.Integer({
    default: 4,
    minimum: 1,
    maximum: 1_000,
    description: 'Connections of this process to PostgreSQL.',
  }),
  databaseTimeoutMs: Type.Integer({
    default: 5_000,
    minimum: 10,
    maximum: 600_000,
    description: 'Longest time for one statement, and for getting a connection (ms).',
  }),
}

/** Where objects are (kit/blobs/open-blob-store.ts). */
export const blobSettings = {
  blobUrl: Type.String({
    pattern: '^(s3://[a-z0-9.-]+(/[A-Za-z0-9/_.-]*)?|file:///[^\\s?]*(\\?fsync=(true|false))?)$',
    description:
      'Object store: s3://bucket/prefix, or file:///folder, with ?fsync=true to survive power cuts.',
  }),
  blobTimeoutMs: Type.Integer({
    default: 5_000,
    minimum: 10,
    maximum: 600_000,
    description: 'Longest time for one operation on S3 (ms).',
  }),
  s3Endpoint: Type.String({
    default: '',
    pattern: '^(https?://[^\\s]+)?$',
    description: 'Address of a server compatible with S3; empty for AWS.',
  }),
  s3Region: Type.String({ default: 'us-east-1', minLength: 1, description: 'Region of the bucket.' }),
  s3AccessKeyId: Type.String({
    default: '',
    description: 'Key of S3; empty: where the AWS SDK looks by itself, e.g. pod identity.',
  }),
  s3SecretAccessKey: Type.String({ default: '', secret: true, description: 'Secret of that key.' }),
}

/** Where Redis is, as a cache: it may be away. */
export const redisSettings = {
  redisUrl: Type.String({
    pattern: '^rediss?://[^\\s]+$',
    secret: true,
    description: 'Redis, e.g. redis://:password@redis:6379.',
  }),
  redisTimeoutMs: Type.Integer({
    default: 250,
    minimum: 1,
    maximum: 60_000,
    description: 'Longest time for one command of Redis (ms).',
  }),
}

/** The bounds of a circuit breaker (kit/resilience/circuit-breaker.ts). */
export const breakerSettings = {
  breakerFailures: Type.Integer({
    default: 5,
    minimum: 1,
    maximum: 1_000,
    description: 'Consecutive failures after which a circuit breaker opens.',
  }),
  breakerProbeMs: Type.Integer({
    default: 2_000,
    minimum: 10,
    maximum: 600_000,
    description: 'How long it stays open before one call may try (ms).',
  }),
}
