import Type from 'typebox'

/** Settings of the operator; the README's table is made from them. */
export const operatorSettings = {
  watchNamespace: Type.String({
    default: '',
    pattern: '^([a-z0-9]([-a-z0-9]*[a-z0-9])?)?$',
    description: 'Namespace whose QueueScalers are looked after; empty: all of them.',
  }),
  leaseName: Type.String({
    default: 'chairlift-operator',
    minLength: 1,
    description: 'Lease by which the operator processes elect a leader.',
  }),
  leaseNamespace: Type.String({
    default: '',
    description: 'Namespace of the Lease; empty: the one of the pod, or of the kubeconfig.',
  }),
  intervalMs: Type.Integer({
    default: 1_000,
    minimum: 100,
    maximum: 60_000,
    description: 'Time between two looks at the queues of a QueueScaler (ms).',
  }),
  logDecisions: Type.Boolean({
    default: true,
    description: 'Log every decision with all that it was made from, for `chairlift scaler replay`.',
  }),
  concurrency: Type.Integer({
    default: 16,
    minimum: 1,
    maximum: 1_000,
    description: 'QueueScalers looked after at the same time.',
  }),
}
