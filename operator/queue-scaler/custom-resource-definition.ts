import { group, plural, version } from './queue-scaler.ts'
import { specSchema } from './spec-schema.ts'
import { statusSchema } from './status-schema.ts'
import { toStructuralSchema } from './structural-schema.ts'

const column = (name: string, type: string, jsonPath: string, description: string, priority = 0) => ({
  name,
  type,
  jsonPath,
  description,
  ...(priority > 0 && { priority }),
})

const conditionStatus = (type: string) => `.status.conditions[?(@.type=="${type}")].status`

/** What `kubectl get queuescalers` shows; those of priority 1 with `-o wide`. */
const columns = [
  column('Target', 'string', '.spec.scaleTargetRef.name', 'What is scaled.'),
  column('Min', 'integer', '.spec.minReplicas', 'Fewest replicas.'),
  column('Max', 'integer', '.spec.maxReplicas', 'Most replicas.'),
  column('Replicas', 'integer', '.status.replicas', 'Replicas of the target.'),
  column('Desired', 'integer', '.status.desiredReplicas', 'Replicas wanted.'),
  column('Waiting', 'integer', '.status.recommendation.inputs.readyMessages', 'Messages waiting.'),
  column('Rule', 'string', '.status.recommendation.bindingRule', 'The rule that decided.'),
  column('Limited', 'string', '.status.recommendation.limitedBy', 'What held it back.'),
  column('Met', 'string', conditionStatus('ObjectiveMet'), 'Is the objective met?'),
  column('Ready', 'string', conditionStatus('Ready'), 'Does the scaler work?'),
  column('Age', 'date', '.metadata.creationTimestamp', 'Age of the object.'),
  column('Mode', 'string', '.spec.mode', 'Act or Observe.', 1),
  column('Why', 'string', '.status.recommendation.explanation', 'Why, in a sentence.', 1),
]

/** The CustomResourceDefinition of QueueScaler. */
export function queueScalerDefinition(): object {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      annotations: { 'helm.sh/resource-policy': 'keep' },
    },
    spec: {
      group,
      scope: 'Namespaced',
      names: {
        kind: 'QueueScaler',
        listKind: 'QueueScalerList',
        plural,
        singular: 'queuescaler',
        shortNames: ['qs'],
        categories: ['chairlift'],
      },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          additionalPrinterColumns: columns,
          subresources: { status: {} },
          schema: {
            openAPIV3Schema: {
              type: 'object',
              description:
                'Scales the consumers of RabbitMQ queues so that a promise is kept, such as: no message waits longer than 30 s.',
              required: ['spec'],
              properties: {
                apiVersion: { type: 'string' },
                kind: { type: 'string' },
                metadata: { type: 'object' },
                spec: toStructuralSchema(specSchema),
                status: toStructuralSchema(statusSchema),
              },
            },
          },
        },
      ],
    },
  }
}
