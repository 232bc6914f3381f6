import {
  amqpSettings,
  consumerSettings,
  httpSettings,
  postgresSettings,
  publisherSettings,
} from '@chairlift/kit/config/common-settings.ts'

/** Settings of rides-api; the README's table is made from them. */
export const ridesApiSettings = {
  ...httpSettings,
  ...amqpSettings,
  ...postgresSettings,
  ...publisherSettings,
}

/** Settings of rides-writer. */
export const ridesWriterSettings = { ...amqpSettings, ...postgresSettings, ...consumerSettings }
