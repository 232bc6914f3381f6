import {
  amqpSettings,
  blobSettings,
  breakerSettings,
  consumerSettings,
  httpSettings,
  postgresSettings,
  publisherSettings,
  redisSettings,
} from '@chairlift/kit/config/common-settings.ts'
import Type from 'typebox'

const uploadSettings = {
  maxImageBytes: Type.Integer({
    default: 10_485_760,
    minimum: 1_024,
    maximum: 1_073_741_824,
    description: 'Largest image.',
  }),
  maxUploads: Type.Integer({
    default: 512,
    minimum: 1,
    maximum: 100_000,
    description: 'Uploads above this number at once are answered 503; each takes up to 64 KiB of memory.',
  }),
  uploadTimeoutMs: Type.Integer({
    default: 60_000,
    minimum: 1_000,
    maximum: 3_600_000,
    description: 'Longest time for a request to arrive whole (ms).',
  }),
}

const readSettings = {
  databaseReplicaUrl: Type.String({
    default: '',
    pattern: '^(postgres(ql)?://[^\\s]+)?$',
    secret: true,
    description:
      'A read replica of the same database; albums it does not have yet are read from the primary.',
  }),
  cacheAlbums: Type.Boolean({ default: true, description: 'Keep albums in Redis.' }),
  cacheSeconds: Type.Integer({
    default: 86_400,
    minimum: 1,
    maximum: 31_536_000,
    description: 'How long an album stays in Redis (s).',
  }),
}

const sweepSettings = {
  sweepIntervalMs: Type.Integer({
    default: 3_600_000,
    minimum: 100,
    maximum: 86_400_000,
    description: 'How often images without an album are looked for (ms).',
  }),
  sweepGraceMs: Type.Integer({
    default: 3_600_000,
    minimum: 0,
    maximum: 604_800_000,
    description: 'Images younger than this are left alone (ms); must exceed all time-outs of an upload.',
  }),
}

/** Settings of albums-api; the README's table is made from them. */
export const albumsApiSettings = {
  ...httpSettings,
  ...amqpSettings,
  ...postgresSettings,
  ...readSettings,
  ...redisSettings,
  ...blobSettings,
  ...uploadSettings,
  ...sweepSettings,
  ...publisherSettings,
  ...breakerSettings,
}

/** Settings of albums-reviewer. */
export const albumsReviewerSettings = { ...amqpSettings, ...postgresSettings, ...consumerSettings }
