import { randomBytes } from 'node:crypto'
import { eventually } from './eventually.ts'
import { serverUrl } from './servers.ts'

export interface FreshVhost extends AsyncDisposable {
  /** AMQP address of the virtual host. */
  url: string
  /** Deletes it with all it holds; its connections are closed and cannot come back. */
  remove(): Promise<void>
  /** Makes it (again), empty. */
  create(): Promise<void>
  /**
   * Closes from RabbitMQ's side the connections whose name holds `text`, e.g. `publisher`. RabbitMQ lists a
   * connection only some seconds after it was opened, so this waits until there is one.
   */
  closeConnections(text: string): Promise<void>
}

/**
 * A virtual host of its own on the test run's RabbitMQ: the processes use fixed queue names, and test files may
 * run side by side. Deleted when disposed of.
 *
 * @throws Error when RABBITMQ_MANAGEMENT_URL is not set
 */
export async function freshVhost(): Promise<FreshVhost> {
  const name = `test-${randomBytes(6).toString('hex')}`
  const url = new URL(serverUrl('AMQP_URL'))
  url.pathname = `/${name}`
  const remove = async () => {
    await manage('DELETE', `vhosts/${name}`)
  }
  const create = async () => {
    await manage('PUT', `vhosts/${name}`, {})
    const everything = { configure: '.*', write: '.*', read: '.*' }
    await manage('PUT', `permissions/${name}/${url.username}`, everything)
  }
  await create()
  return {
    url: url.href,
    remove,
    create,
    async closeConnections(text) {
      await eventually(`RabbitMQ lists a connection of the name ${text}`, async () => {
        const response = await manage('GET', `vhosts/${name}/connections`)
        const connections = (await response.json()) as { name: string; user_provided_name?: string }[]
        const chosen = connections.filter((connection) => connection.user_provided_name?.includes(text))
        for (const connection of chosen)
          await manage('DELETE', `connections/${encodeURIComponent(connection.name)}`)
        return chosen.length > 0
      })
    },
    [Symbol.asyncDispose]: remove,
  }
}

/** A call of RabbitMQ's management interface; what is gone already (404) is as good as deleted. */
async function manage(method: string, path: string, body?: object): Promise<Response> {
  const { origin, username, password } = new URL(serverUrl('RABBITMQ_MANAGEMENT_URL'))
  const response = await fetch(`${origin}/api/${path}`, {
    method,
    headers: {
      Authorization: `Basic ${btoa(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`)}`,
      'Content-Type': 'application/json',
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  if (!response.ok && !(method === 'DELETE' && response.status === 404))
    throw new Error(`RabbitMQ management: ${method} ${path}: ${response.status} ${await response.text()}`)
  return response
}
