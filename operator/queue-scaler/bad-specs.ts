import type { QueueScalerSpec } from './spec-schema.ts'

/** A spec that the API server must refuse. */
export interface BadSpec {
  /** What is wrong. */
  title: string
  /** Replaces fields of {@link soundSpec}; undefined takes one away. */
  change: Record<string, unknown>
  /** Where the refusal points to. */
  at: string
  /** Part of the API server's sentence. */
  says: string
  /** The sentence is that of a rule, and so the same without an API server. */
  byRule?: true
  /** It is an update of {@link soundSpec} that is refused, not a creation. */
  update?: true
}

/** A spec that is accepted. */
export const soundSpec: QueueScalerSpec = {
  scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'rides-writer' },
  queues: [{ name: 'rides.writer', vhost: '/' }],
  connection: { secretRef: { name: 'rabbitmq' } },
  objective: { maxMessageAge: '30s' },
  minReplicas: 0,
  maxReplicas: 20,
}

const target = (change: Record<string, unknown>) => ({
  scaleTargetRef: { ...soundSpec.scaleTargetRef, ...change },
})
const up = (rules: Record<string, unknown>) => ({ behavior: { scaleUp: rules } })
const queue = (name: string) => ({ name, vhost: '/' })
const duration = 'written like 30s, 5m or 1h30m'
const oneObjective = 'needs exactly one of maxMessageAge and messagesPerReplica'
const oneBrake = 'needs exactly one of prometheus and health'
const prometheus = { address: 'http://prometheus:9090', query: 'up', above: '0.9' }

/** What people get wrong, each with what they are told. Checked here, and by the cluster tests on a real API server. */
export const badSpecs: readonly BadSpec[] = [
  {
    title: 'no target',
    change: { scaleTargetRef: undefined },
    at: 'spec.scaleTargetRef',
    says: 'Required value',
  },
  {
    title: 'a target without a name',
    change: { scaleTargetRef: {} },
    at: 'spec.scaleTargetRef.name',
    says: 'Required value',
  },
  {
    title: 'a target name in capitals',
    change: target({ name: 'Rides' }),
    at: 'spec.scaleTargetRef.name',
    says: 'must be the name of an object',
    byRule: true,
  },
  {
    title: 'a target that is a DaemonSet',
    change: target({ kind: 'DaemonSet' }),
    at: 'spec.scaleTargetRef',
    says: 'names a kind that cannot be scaled',
    byRule: true,
  },
  {
    title: 'a kind in small letters',
    change: target({ kind: 'deployment' }),
    at: 'spec.scaleTargetRef.kind',
    says: 'must be a kind such as Deployment',
    byRule: true,
  },
  {
    title: 'an API version without a version',
    change: target({ apiVersion: 'apps' }),
    at: 'spec.scaleTargetRef.apiVersion',
    says: 'must be GROUP/VERSION',
    byRule: true,
  },
  {
    title: 'another target than before',
    change: target({ name: 'albums-reviewer' }),
    at: 'spec.scaleTargetRef',
    says: 'cannot be changed',
    byRule: true,
    update: true,
  },
  { title: 'no queues', change: { queues: undefined }, at: 'spec.queues', says: 'Required value' },
  {
    title: 'an empty list of queues',
    change: { queues: [] },
    at: 'spec.queues',
    says: 'should have at least 1 items',
  },
  {
    title: 'a queue without a name',
    change: { queues: [{ vhost: '/' }] },
    at: 'spec.queues[0].name',
    says: 'Required value',
  },
  {
    title: 'a queue twice',
    change: { queues: [queue('rides.writer'), queue('rides.writer')] },
    at: 'spec.queues[1]',
    says: 'Duplicate value',
  },
  {
    title: "one of RabbitMQ's own queues",
    change: { queues: [queue('amq.gen-1')] },
    at: 'spec',
    says: 'begins with amq.',
    byRule: true,
  },
  {
    title: 'queues as one text',
    change: { queues: 'rides.writer' },
    at: 'spec.queues',
    says: 'must be of type array',
  },
  {
    title: 'no connection',
    change: { connection: undefined },
    at: 'spec.connection',
    says: 'Required value',
  },
  {
    title: 'a Secret name with an underscore',
    change: { connection: { secretRef: { name: 'rabbit_mq' } } },
    at: 'spec.connection.secretRef.name',
    says: 'must be the name of an object',
    byRule: true,
  },
  { title: 'no objective', change: { objective: undefined }, at: 'spec.objective', says: 'Required value' },
  {
    title: 'an empty objective',
    change: { objective: {} },
    at: 'spec.objective',
    says: oneObjective,
    byRule: true,
  },
  {
    title: 'two objectives',
    change: { objective: { maxMessageAge: '30s', messagesPerReplica: 500 } },
    at: 'spec.objective',
    says: oneObjective,
    byRule: true,
  },
  {
    title: 'a promise without a unit',
    change: { objective: { maxMessageAge: '30' } },
    at: 'spec.objective.maxMessageAge',
    says: duration,
    byRule: true,
  },
  {
    title: 'a promise as a number',
    change: { objective: { maxMessageAge: 30 } },
    at: 'spec.objective.maxMessageAge',
    says: 'must be of type string',
  },
  {
    title: 'a promise that nobody can keep',
    change: { objective: { maxMessageAge: '100ms' } },
    at: 'spec.objective.maxMessageAge',
    says: 'must be a duration from 2s to 24h',
    byRule: true,
  },
  {
    title: 'a promise shorter than start-up',
    change: { objective: { maxMessageAge: '8s' } },
    at: 'spec',
    says: 'must be longer than consumers.expectedStartup',
    byRule: true,
  },
  {
    title: 'no messages per replica',
    change: { objective: { messagesPerReplica: 0 } },
    at: 'spec.objective.messagesPerReplica',
    says: 'should be greater than or equal to 1',
  },
  {
    title: 'half a message per replica',
    change: { objective: { messagesPerReplica: 0.5 } },
    at: 'spec.objective.messagesPerReplica',
    says: 'must be of type integer',
  },
  {
    title: 'a utilisation above 100 %',
    change: { objective: { maxMessageAge: '30s', targetUtilizationPercent: 120 } },
    at: 'spec.objective.targetUtilizationPercent',
    says: 'should be less than or equal to 100',
  },
  { title: 'no maximum', change: { maxReplicas: undefined }, at: 'spec.maxReplicas', says: 'Required value' },
  {
    title: 'a maximum of 0',
    change: { maxReplicas: 0 },
    at: 'spec.maxReplicas',
    says: 'should be greater than or equal to 1',
  },
  {
    title: 'a negative minimum',
    change: { minReplicas: -1 },
    at: 'spec.minReplicas',
    says: 'should be greater than or equal to 0',
  },
  {
    title: 'a minimum above the maximum',
    change: { minReplicas: 21 },
    at: 'spec',
    says: 'minReplicas is greater than maxReplicas',
    byRule: true,
  },
  {
    title: 'an unknown mode',
    change: { mode: 'DryRun' },
    at: 'spec.mode',
    says: 'supported values: "Act", "Observe"',
  },
  {
    title: 'an unknown select policy',
    change: up({ selectPolicy: 'Fastest' }),
    at: 'spec.behavior.scaleUp.selectPolicy',
    says: 'supported values: "Max", "Min", "Disabled"',
  },
  {
    title: 'a policy of an unknown type',
    change: up({ policies: [{ type: 'Replicas', value: 4, periodSeconds: 15 }] }),
    at: 'spec.behavior.scaleUp.policies[0].type',
    says: 'supported values: "Pods", "Percent"',
  },
  {
    title: 'a policy over half an hour',
    change: up({ policies: [{ type: 'Pods', value: 4, periodSeconds: 1801 }] }),
    at: 'spec.behavior.scaleUp.policies[0].periodSeconds',
    says: 'should be less than or equal to 1800',
  },
  {
    title: 'a policy that allows nothing',
    change: up({ policies: [{ type: 'Pods', value: 0, periodSeconds: 15 }] }),
    at: 'spec.behavior.scaleUp.policies[0].value',
    says: 'should be greater than or equal to 1',
  },
  {
    title: 'a window above an hour',
    change: up({ stabilizationWindowSeconds: 3601 }),
    at: 'spec.behavior.scaleUp.stabilizationWindowSeconds',
    says: 'should be less than or equal to 3600',
  },
  {
    title: 'a tolerance as a float',
    change: up({ tolerance: 0.1 }),
    at: 'spec.behavior.scaleUp.tolerance',
    says: 'must be of type string',
  },
  {
    title: 'a tolerance above 1',
    change: up({ tolerance: '1.5' }),
    at: 'spec.behavior.scaleUp.tolerance',
    says: 'must be a decimal in quotes from "0" to below "1"',
    byRule: true,
  },
  {
    title: 'an idle cooldown in words',
    change: { idleCooldown: 'soon' },
    at: 'spec.idleCooldown',
    says: duration,
    byRule: true,
  },
  {
    title: 'signals that are never fresh',
    change: { signalMaxAge: '1s' },
    at: 'spec.signalMaxAge',
    says: 'must be a duration from 5s to 1h',
    byRule: true,
  },
  {
    title: 'a fallback above the maximum',
    change: { fallback: { after: '5m', replicas: 21 } },
    at: 'spec',
    says: 'fallback.replicas is greater than maxReplicas',
    byRule: true,
  },
  {
    title: 'a fallback without replicas',
    change: { fallback: { after: '5m' } },
    at: 'spec.fallback.replicas',
    says: 'Required value',
  },
  {
    title: 'a brake that reads nothing',
    change: { brake: {} },
    at: 'spec.brake',
    says: oneBrake,
    byRule: true,
  },
  {
    title: 'a brake that reads two things',
    change: { brake: { prometheus, health: { url: 'http://db:80/' } } },
    at: 'spec.brake',
    says: oneBrake,
    byRule: true,
  },
  {
    title: 'a brake with an address without http',
    change: { brake: { prometheus: { ...prometheus, address: 'prometheus:9090' } } },
    at: 'spec.brake.prometheus.address',
    says: 'must be an http or https URL',
    byRule: true,
  },
  {
    title: 'a brake with a percentage',
    change: { brake: { prometheus: { ...prometheus, above: '90%' } } },
    at: 'spec.brake.prometheus.above',
    says: 'must be a decimal number in quotes',
    byRule: true,
  },
  {
    title: 'a port that is none',
    change: { consumers: { metricsPort: 70_000 } },
    at: 'spec.consumers.metricsPort',
    says: 'should be less than or equal to 65535',
  },
  {
    title: 'a path without a slash',
    change: { consumers: { metricsPath: 'metrics' } },
    at: 'spec.consumers.metricsPath',
    says: 'must be a path such as /metrics',
    byRule: true,
  },
  { title: 'a misspelt field', change: { maxReplica: 20 }, at: 'spec.maxReplica', says: 'unknown field' },
]

/** The spec of a case. */
export function badSpecOf({ change }: BadSpec): Record<string, unknown> {
  const spec = { ...soundSpec, ...change }
  return Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined))
}
