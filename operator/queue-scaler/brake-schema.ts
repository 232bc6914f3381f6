import Type from 'typebox'
import { withRules } from './rule.ts'
import { decimal, formedText } from './scalars.ts'

const httpUrl = (description: string) =>
  formedText(
    description,
    '^https?://[^ /?#]+[^ #]*$',
    'must be an http or https URL such as http://prometheus.monitoring:9090',
    2_000,
  )

const prometheus = Type.Object(
  {
    address: httpUrl('Base URL of Prometheus.'),
    query: Type.String({
      description: 'PromQL with one value as its result.',
      minLength: 1,
      maxLength: 2_000,
    }),
    above: decimal('The brake is on while the value is greater.'),
  },
  { description: 'A query that says how saturated the database is.' },
)

const health = Type.Object(
  { url: httpUrl('Answers 2xx while more consumers are welcome, and anything else while they are not.') },
  { description: 'A health endpoint.' },
)

/** What stops scaling up while the consumers' own dependency is saturated. */
export const brakeSchema = withRules(
  Type.Object(
    {
      prometheus: Type.Optional(prometheus),
      health: Type.Optional(health),
      whenUnknown: Type.Optional(
        Type.Enum(['Allow', 'Hold'], {
          type: 'string',
          description: 'What a brake that cannot be read means.',
          default: 'Allow',
        }),
      ),
    },
    { description: 'Adds no consumers while the database behind them is saturated.' },
  ),
  {
    rule: 'has(self.prometheus) != has(self.health)',
    message: 'needs exactly one of prometheus and health: remove one or add one',
    holds: (self: { prometheus?: unknown; health?: unknown }) =>
      (self.prometheus !== undefined) !== (self.health !== undefined),
  },
)
