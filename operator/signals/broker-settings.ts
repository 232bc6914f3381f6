import type { Secret } from '../kubernetes/objects.ts'
import type { QueueScalerSpec } from '../queue-scaler/spec-schema.ts'
import { SignalFault } from './signal-fault.ts'

/** Where RabbitMQ is and who we are there. */
export interface BrokerSettings {
  amqpUrl: string
  managementUrl: string | undefined
  metricsUrl: string | undefined
  /** Certificate authority in PEM, for a server that no public one has signed. */
  ca: string | undefined
}

type SecretReference = QueueScalerSpec['connection']['secretRef']

/**
 * The settings in a Secret.
 * @throws SignalFault SecretInvalid that names the key to mend, never its value
 */
export function readBrokerSettings(secret: Secret, reference: SecretReference): BrokerSettings {
  const read = (key: string) => {
    const encoded = secret.data?.[key]
    // Editors and `echo` leave a newline that is not part of the value.
    return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8').trim()
  }
  const url = (key: string, schemes: readonly string[]) => {
    const text = read(key)
    if (text !== undefined && !isUrl(text, schemes))
      throw new SignalFault(
        'SecretInvalid',
        `key "${key}" of Secret "${reference.name}" must be a URL that begins with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`,
      )
    return text
  }
  const amqpKey = reference.amqpUrlKey ?? 'amqp-url'
  const amqpUrl = url(amqpKey, ['amqp:', 'amqps:'])
  if (amqpUrl === undefined)
    throw new SignalFault(
      'SecretInvalid',
      `Secret "${reference.name}" has no key "${amqpKey}" with the AMQP URL`,
    )
  return {
    amqpUrl,
    managementUrl: url(reference.managementUrlKey ?? 'management-url', ['http:', 'https:']),
    metricsUrl: url(reference.metricsUrlKey ?? 'metrics-url', ['http:', 'https:']),
    ca: read(reference.caKey ?? 'ca.crt'),
  }
}

/** The same broker and user in another vhost. */
export function inVhost(amqpUrl: string, vhost: string): string {
  const url = new URL(amqpUrl)
  url.pathname = `/${encodeURIComponent(vhost)}`
  return url.href
}

function isUrl(text: string, schemes: readonly string[]): boolean {
  try {
    const url = new URL(text)
    return schemes.includes(url.protocol) && url.hostname !== ''
  } catch {
    return false
  }
}
