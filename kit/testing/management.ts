import { eventually } from './eventually.ts'
import { serverUrl } from './servers.ts'

/** One call of RabbitMQ's management API. @returns the parsed answer, undefined if it has no body */
export async function management<T>(path: string, method = 'GET', body?: object): Promise<T> {
  const url = new URL(`/api/${path}`, serverUrl('RABBITMQ_MANAGEMENT_URL'))
  const authorization = `Basic ${btoa(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`)}`
  url.username = url.password = ''
  const response = await fetch(url, {
    method,
    headers: { authorization },
    ...(body && { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${method} ${url.pathname}: ${response.status} ${await response.text()}`)
  const text = await response.text()
  return (text === '' ? undefined : JSON.parse(text)) as T
}

interface ConnectionRow {
  name: string
  client_properties: { connection_name?: string }
}

/** Ends the connection with this connection_name from RabbitMQ's side; waits until RabbitMQ lists it. */
export async function endConnection(connectionName: string): Promise<void> {
  const row = await eventually(`RabbitMQ lists the connection ${connectionName}`, async () => {
    const rows = await management<ConnectionRow[]>('connections')
    return rows.find((one) => one.client_properties.connection_name === connectionName)
  })
  await management(`connections/${encodeURIComponent(row.name)}`, 'DELETE')
}
