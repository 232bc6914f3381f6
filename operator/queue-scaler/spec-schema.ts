import Type, { type Static } from 'typebox'
import { behaviorSchema } from './behavior-schema.ts'
import { brakeSchema } from './brake-schema.ts'
import { parseDuration } from './duration.ts'
import { withRules } from './rule.ts'
import { dnsName, duration, formedText } from './scalars.ts'

const unscalable = ['Pod', 'DaemonSet', 'Job', 'CronJob', 'QueueScaler', 'HorizontalPodAutoscaler']

const scaleTargetRef = withRules(
  Type.Object(
    {
      apiVersion: Type.Optional(
        formedText(
          'API group and version of the target.',
          '^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?v[0-9][a-z0-9]*$',
          'must be GROUP/VERSION such as apps/v1',
          100,
          { default: 'apps/v1' },
        ),
      ),
      kind: Type.Optional(
        formedText(
          'Kind of the target; it must have a scale sub-resource.',
          '^[A-Z][A-Za-z0-9]*$',
          'must be a kind such as Deployment',
          63,
          {
            default: 'Deployment',
          },
        ),
      ),
      name: dnsName('Name of the target, in the namespace of the QueueScaler.'),
    },
    { description: 'What is scaled.' },
  ),
  {
    rule: `!(self.kind in ['${unscalable.join("', '")}'])`,
    message:
      'names a kind that cannot be scaled: use a Deployment, a StatefulSet or another kind with a scale sub-resource',
    holds: (self: { kind?: string }) => !unscalable.includes(self.kind ?? 'Deployment'),
  },
  {
    rule: 'self == oldSelf',
    message: 'cannot be changed: delete this QueueScaler and create one for the other target',
    holds: (self: object, old?: object) => old === undefined || JSON.stringify(self) === JSON.stringify(old),
  },
)

const queue = Type.Object(
  {
    name: Type.String({ description: 'Name of the queue.', minLength: 1, maxLength: 255 }),
    vhost: Type.Optional(
      Type.String({ description: 'Its virtual host.', minLength: 1, maxLength: 255, default: '/' }),
    ),
  },
  { description: 'A queue that the target consumes.' },
)

const secretRef = Type.Object(
  {
    name: dnsName('Name of the Secret, in the namespace of the QueueScaler.'),
    amqpUrlKey: Type.Optional(
      Type.String({
        description: 'Its key with the amqp:// or amqps:// URL.',
        minLength: 1,
        maxLength: 253,
        default: 'amqp-url',
      }),
    ),
    managementUrlKey: Type.Optional(
      Type.String({
        description:
          'Its key with the http(s) URL of the management API, credentials included; need not exist.',
        minLength: 1,
        maxLength: 253,
        default: 'management-url',
      }),
    ),
    metricsUrlKey: Type.Optional(
      Type.String({
        description:
          'Its key with the http(s) URL of the Prometheus plug-in, e.g. http://rabbitmq:15692; need not exist.',
        minLength: 1,
        maxLength: 253,
        default: 'metrics-url',
      }),
    ),
    caKey: Type.Optional(
      Type.String({
        description: 'Its key with the certificate authority (PEM) of TLS connections; need not exist.',
        minLength: 1,
        maxLength: 253,
        default: 'ca.crt',
      }),
    ),
  },
  { description: 'A Secret with the addresses and credentials of RabbitMQ.' },
)

const objective = withRules(
  Type.Object(
    {
      maxMessageAge: Type.Optional(
        duration('No message waits longer. The rate of a consumer is measured.', '2s', '24h'),
      ),
      targetUtilizationPercent: Type.Optional(
        Type.Integer({
          description: 'Busy share of the consumers that maxMessageAge plans with.',
          minimum: 10,
          maximum: 100,
          default: 95,
        }),
      ),
      messagesPerReplica: Type.Optional(
        Type.Integer({
          description: 'The classic rule: a replica for so many messages, waiting or in work.',
          minimum: 1,
          maximum: 1_000_000_000,
        }),
      ),
    },
    { description: 'What is promised: exactly one of maxMessageAge and messagesPerReplica.' },
  ),
  {
    rule: 'has(self.maxMessageAge) != has(self.messagesPerReplica)',
    message: 'needs exactly one of maxMessageAge and messagesPerReplica: remove one or add one',
    holds: (self: { maxMessageAge?: string; messagesPerReplica?: number }) =>
      (self.maxMessageAge !== undefined) !== (self.messagesPerReplica !== undefined),
  },
)

const consumers = Type.Object(
  {
    metricsPort: Type.Optional(
      Type.Integer({
        description: 'Port on which the pods show busy seconds and messages to Prometheus.',
        minimum: 1,
        maximum: 65_535,
        default: 9_090,
      }),
    ),
    metricsPath: Type.Optional(
      formedText('Path of the metrics.', '^/[^ ?#]*$', 'must be a path such as /metrics', 500, {
        default: '/metrics',
      }),
    ),
    expectedStartup: Type.Optional(
      duration('Time until a new pod consumes, until it has been measured.', '1s', '1h', { default: '10s' }),
    ),
    expectedMessagesPerSecond: Type.Optional(
      Type.Integer({
        description: 'What one consumer does, until it has been measured.',
        minimum: 1,
        maximum: 1_000_000,
      }),
    ),
  },
  { description: 'What is known of the consumers.', default: {} },
)

const fallback = Type.Object(
  {
    after: duration('How long the depth must have been unknown.', '10s', '24h'),
    replicas: Type.Integer({
      description: 'At least so many replicas then; fewer are never made of it.',
      minimum: 0,
      maximum: 1_000,
    }),
  },
  {
    description:
      'What to do once the queues have not been seen for long. Without it the replicas stay as they are.',
  },
)

const spec = Type.Object(
  {
    scaleTargetRef,
    queues: Type.Array(queue, {
      description: 'The queues that the target consumes; their messages are added up.',
      minItems: 1,
      maxItems: 20,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['vhost', 'name'],
    }),
    connection: Type.Object({ secretRef }, { description: 'How RabbitMQ is reached.' }),
    objective,
    minReplicas: Type.Optional(
      Type.Integer({
        description: 'Fewest replicas; 0 lets an idle target go to none.',
        minimum: 0,
        maximum: 1_000,
        default: 1,
      }),
    ),
    maxReplicas: Type.Integer({ description: 'Most replicas.', minimum: 1, maximum: 1_000 }),
    mode: Type.Optional(
      Type.Enum(['Act', 'Observe'], {
        type: 'string',
        description: 'Observe recommends and never writes.',
        default: 'Act',
      }),
    ),
    behavior: Type.Optional(behaviorSchema),
    idleCooldown: Type.Optional(
      duration('How long nothing may be waiting or in work before the target goes to none.', '0s', '24h', {
        default: '5m',
      }),
    ),
    signalMaxAge: Type.Optional(
      duration('A signal that is older counts as unknown.', '5s', '1h', { default: '30s' }),
    ),
    consumers: Type.Optional(consumers),
    fallback: Type.Optional(fallback),
    brake: Type.Optional(brakeSchema),
  },
  { description: 'What is wanted.' },
)

/** The spec of a QueueScaler: source of its type, its CRD and its checks. */
export const specSchema = withRules(
  spec,
  {
    rule: 'self.minReplicas <= self.maxReplicas',
    message: 'minReplicas is greater than maxReplicas: lower minReplicas or raise maxReplicas',
    holds: (self: QueueScalerSpec) => (self.minReplicas ?? 1) <= self.maxReplicas,
  },
  {
    rule: 'self.queues.all(q, !q.name.startsWith("amq."))',
    message:
      'queues has a name that begins with amq., which RabbitMQ keeps for itself: name the queue that the target consumes',
    holds: (self: QueueScalerSpec) => self.queues.every(({ name }) => !name.startsWith('amq.')),
  },
  {
    rule: "!has(self.objective.maxMessageAge) || !self.objective.maxMessageAge.matches('^([0-9]+(ms|s|m|h))+$') || !self.consumers.expectedStartup.matches('^([0-9]+(ms|s|m|h))+$') || duration(self.objective.maxMessageAge) > duration(self.consumers.expectedStartup)",
    message:
      'objective.maxMessageAge must be longer than consumers.expectedStartup: no scaler can keep a promise that is over before a pod has started',
    holds: (self: QueueScalerSpec) =>
      self.objective.maxMessageAge === undefined ||
      parseDuration(self.objective.maxMessageAge) > parseDuration(self.consumers?.expectedStartup ?? '10s'),
  },
  {
    rule: '!has(self.fallback) || self.fallback.replicas <= self.maxReplicas',
    message: 'fallback.replicas is greater than maxReplicas: lower it or raise maxReplicas',
    holds: (self: QueueScalerSpec) =>
      self.fallback === undefined || self.fallback.replicas <= self.maxReplicas,
  },
)

/** A spec as it is written; with defaults applied, as the API server stores it, it has more fields. */
export type QueueScalerSpec = Static<typeof spec>
