import { amqpSettings, httpSettings, postgresSettings } from '@chairlift/kit/config/common-settings.ts'
import Type from 'typebox'

/** Where the SQL files of the migrations are. */
export const toystoreMigrations = new URL('./store/migrations/', import.meta.url)

/** What every materialisation of the log needs. */
const replicaSettings = {
  ...amqpSettings,
  ...postgresSettings,
  dataFolder: Type.String({
    minLength: 1,
    description: 'Folder of the state (shop.sqlite); of this process alone.',
  }),
  logDriver: Type.Union([Type.Literal('stream'), Type.Literal('postgres')], {
    default: 'stream',
    description: 'Where the log of commands lives: a RabbitMQ stream, or a Postgres table.',
  }),
  logName: Type.String({
    default: 'toystore.log',
    pattern: '^[A-Za-z0-9._-]{1,100}$',
    description: 'Name of the log; another name is another shop.',
  }),
  logRetentionSeconds: Type.Integer({
    default: 604_800,
    minimum: 60,
    maximum: 31_536_000,
    description: 'Entries older than this may be dropped; much longer than snapshots are apart (s).',
  }),
  answerTimeoutMs: Type.Integer({
    default: 5_000,
    minimum: 100,
    maximum: 600_000,
    description: 'Longest wait until a command that was written is read back (ms).',
  }),
}

/** Settings of toystore-orders. */
export const toystoreOrdersSettings = {
  ...httpSettings,
  ...replicaSettings,
  replicaId: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 1_000,
    description: 'Number of this replica; 0: one more than the number at the end of POD_NAME.',
  }),
  podName: Type.String({ default: '', maxLength: 253, description: 'Name of the pod, in a StatefulSet.' }),
  lazyCommitMs: Type.Integer({
    default: 20,
    minimum: 0,
    maximum: 10_000,
    description: 'How long entries that nobody here waits for may wait for their commit (ms).',
  }),
  snapshotEveryEntries: Type.Integer({
    default: 50_000,
    minimum: 10,
    maximum: 100_000_000,
    description: 'A snapshot is taken when the last one is this many entries old.',
  }),
}

/** Settings of toystore-catalog. */
export const toystoreCatalogSettings = {
  ...httpSettings,
  ...replicaSettings,
  restockIntervalMs: Type.Integer({
    default: 10_000,
    minimum: 100,
    maximum: 3_600_000,
    description: 'How often sold-out toys are restocked (ms).',
  }),
  leaseMs: Type.Integer({
    default: 1_000,
    minimum: 100,
    maximum: 60_000,
    description: 'How long a front end may serve from its cache without word from the catalog (ms).',
  }),
}

/** Settings of toystore-front. */
export const toystoreFrontSettings = {
  ...httpSettings,
  catalogUrl: Type.String({
    pattern: '^http://[^\\s]+$',
    description: 'The catalog, e.g. http://toystore-catalog:8080.',
  }),
  ordersUrls: Type.String({
    pattern: '^[0-9]+=http://[^\\s,]+(,[0-9]+=http://[^\\s,]+)*$',
    description: 'The order replicas with their ids, e.g. 1=http://orders-1:8080,2=http://orders-2:8080.',
  }),
  cacheToys: Type.Integer({
    default: 8,
    minimum: 0,
    maximum: 1_000_000,
    description: 'Toys kept in the cache, fewer than there are; 0 switches it off.',
  }),
  deadlineMs: Type.Integer({
    default: 10_000,
    minimum: 100,
    maximum: 600_000,
    description: 'How long other replicas are tried before a request is answered 503 (ms).',
  }),
  attemptTimeoutMs: Type.Integer({
    default: 5_000,
    minimum: 50,
    maximum: 600_000,
    description: 'Longest wait for one replica that shows signs of life (ms).',
  }),
}

/** The replicas by id, the highest first: the order in which the front end prefers them. */
export function parseOrdersUrls(text: string): { id: number; url: string }[] {
  return text
    .split(',')
    .map((pair) => {
      const at = pair.indexOf('=')
      return { id: Number(pair.slice(0, at)), url: pair.slice(at + 1) }
    })
    .sort((left, right) => right.id - left.id)
}

/** The number of an order replica, from its settings. */
export function replicaNumber(settings: { replicaId: number; podName: string }): number {
  if (settings.replicaId > 0) return settings.replicaId
  return Number(/-(\d+)$/.exec(settings.podName)?.[1] ?? 0) + 1
}
