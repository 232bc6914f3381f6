import Type from 'typebox'
import { formedText } from './scalars.ts'

const policy = Type.Object(
  {
    type: Type.Enum(['Pods', 'Percent'], {
      type: 'string',
      description: 'Pods: a number of replicas; Percent: of the replicas at the start of the period.',
    }),
    value: Type.Integer({
      description: 'How much may change within the period.',
      minimum: 1,
      maximum: 100_000,
    }),
    periodSeconds: Type.Integer({ description: 'Length of the period.', minimum: 1, maximum: 1_800 }),
  },
  { description: 'A limit to how fast replicas change.' },
)

const rules = (direction: string, windowDefault: number) =>
  Type.Object(
    {
      stabilizationWindowSeconds: Type.Optional(
        Type.Integer({
          description: `How long a recommendation to scale ${direction} must have held.`,
          minimum: 0,
          maximum: 3_600,
          default: windowDefault,
        }),
      ),
      selectPolicy: Type.Optional(
        Type.Enum(['Max', 'Min', 'Disabled'], {
          type: 'string',
          description: `Which policy counts: the one that allows most (Max), least (Min), or no scaling ${direction} at all (Disabled).`,
          default: 'Max',
        }),
      ),
      policies: Type.Optional(
        Type.Array(policy, {
          description: 'Limits to the speed. Without any there is none.',
          maxItems: 10,
          'x-kubernetes-list-type': 'atomic',
          default: [],
        }),
      ),
      tolerance: Type.Optional(
        formedText(
          'Share of the current replicas by which a proposal must differ to be followed.',
          '^0([.][0-9]{1,3})?$',
          'must be a decimal in quotes from "0" to below "1", such as "0.1"',
          5,
          { default: '0.1' },
        ),
      ),
    },
    { description: `Scaling ${direction}.`, default: {} },
  )

/** The fields of `behavior` in autoscaling/v2, with their meaning; only two defaults differ: no speed limit, and a window of 60 s. */
export const behaviorSchema = Type.Object(
  { scaleUp: Type.Optional(rules('up', 0)), scaleDown: Type.Optional(rules('down', 60)) },
  { description: 'How fast replicas change; fields and meaning are those of autoscaling/v2.', default: {} },
)
