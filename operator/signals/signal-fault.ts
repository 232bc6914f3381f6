/** Why a signal could not be read, in the words that become a condition's reason. */
export type FaultReason =
  | 'SecretNotFound'
  | 'SecretInvalid'
  | 'BrokerUnreachable'
  | 'AuthenticationFailed'
  | 'CertificateRefused'
  | 'VhostNotFound'
  | 'QueueNotFound'
  | 'AccessRefused'
  | 'BrokerError'

/** A signal could not be read. The message is one sentence for a person and holds no credentials. */
export class SignalFault extends Error {
  readonly reason: FaultReason

  constructor(reason: FaultReason, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'SignalFault'
    this.reason = reason
  }
}

/** Faults that a person has to mend; the others pass by themselves and say nothing about the object. */
export function isLasting(reason: FaultReason): boolean {
  return reason !== 'BrokerUnreachable' && reason !== 'BrokerError'
}

const certificateCodes = /^(CERT_|ERR_TLS_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH)/

/** The fault behind an error of amqplib; @param what e.g. `queue "rides.writer" in vhost "/"` */
export function explainAmqpError(error: unknown, what: string): SignalFault {
  if (error instanceof SignalFault) return error
  const { message, code } = error as { message: string; code?: unknown }
  const fault = (reason: FaultReason, sentence: string) => new SignalFault(reason, sentence, error)
  if (typeof code === 'string' && certificateCodes.test(code))
    return fault(
      'CertificateRefused',
      `RabbitMQ's certificate is not trusted (${code}): check the CA in the Secret`,
    )
  // amqplib keeps the broker's sentence to itself, so that the two cannot be told apart.
  if (/ConnectionOpenOk; got <ConnectionClose/.test(message))
    return fault(
      'VhostNotFound',
      `the vhost of ${what} does not exist, or the user in the Secret may not use it`,
    )
  if (/login was refused|ACCESS[-_]REFUSED.*PLAIN|Handshake terminated by server: 403/i.test(message))
    return fault('AuthenticationFailed', 'RabbitMQ refuses the user name or password in the Secret')
  if (code === 404) return fault('QueueNotFound', `${what} does not exist`)
  if (code === 403) return fault('AccessRefused', `the user in the Secret has no permission on ${what}`)
  if (code === 405) return fault('AccessRefused', `${what} is exclusive to another connection`)
  if (typeof code === 'string' || /socket|connect|closed|ended|timed out|no answer/i.test(message))
    return fault('BrokerUnreachable', `RabbitMQ cannot be reached: ${withoutUrl(message)}`)
  return fault('BrokerError', `RabbitMQ answered with an error about ${what}: ${withoutUrl(message)}`)
}

/** Error texts may quote the URL that was used, with its password. */
function withoutUrl(message: string): string {
  return message.replace(/\b(amqps?|https?):\/\/\S+/g, '(address)').slice(0, 300)
}
