import { readFileSync } from 'node:fs'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent, type RequestOptions } from 'node:https'

/** Where the API server is and how to prove who we are. */
export interface ClusterAccess {
  /** Base URL, with the path prefix some proxies need. */
  readonly server: string
  /** The namespace this process belongs to. */
  readonly namespace: string
  /** Agent and headers of one call; asked each time, because tokens are renewed while the process runs. */
  authorize(): Promise<RequestOptions>
}

const accountFolder = '/var/run/secrets/kubernetes.io/serviceaccount'
/** The kubelet renews the projected token long before it expires; reading it once a minute is plenty. */
const tokenAgeMs = 60_000

/**
 * Access as the cluster (inside a pod) or the kubeconfig (elsewhere: `KUBECONFIG`, `~/.kube/config`) gives it.
 *
 * @throws Error when neither is there or the kubeconfig names no cluster
 */
export async function findClusterAccess(environment: NodeJS.ProcessEnv): Promise<ClusterAccess> {
  if (environment['KUBERNETES_SERVICE_HOST'] && !environment['KUBECONFIG'])
    return inClusterAccess(environment, accountFolder)
  return await kubeconfigAccess()
}

/** The pod's own ServiceAccount. Only files are read, so that an operator in a pod loads no client library. */
export function inClusterAccess(environment: NodeJS.ProcessEnv, folder: string): ClusterAccess {
  const host = environment['KUBERNETES_SERVICE_HOST'] ?? ''
  const agent = new HttpsAgent({ keepAlive: true, ca: readFileSync(`${folder}/ca.crt`) })
  let token = ''
  let readAt = Number.NEGATIVE_INFINITY
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${environment['KUBERNETES_SERVICE_PORT'] ?? 443}`,
    namespace: readFileSync(`${folder}/namespace`, 'utf8').trim(),
    authorize() {
      if (performance.now() - readAt > tokenAgeMs) {
        token = readFileSync(`${folder}/token`, 'utf8').trim()
        readAt = performance.now()
      }
      return Promise.resolve({ agent, headers: { Authorization: `Bearer ${token}` } })
    },
  }
}

/**
 * The current context of a kubeconfig, with every way of authentication that the official client knows. The client is
 * loaded here only: it costs 87 MB of memory (docs/adr/0023), and a pod does not need it.
 */
async function kubeconfigAccess(): Promise<ClusterAccess> {
  const { KubeConfig } = await import('@kubernetes/client-node')
  const config = new KubeConfig()
  config.loadFromDefault()
  const cluster = config.getCurrentCluster()
  if (!cluster) throw new Error('the kubeconfig has no current context with a cluster')
  return {
    server: cluster.server,
    namespace: config.getContextObject(config.getCurrentContext())?.namespace ?? 'default',
    async authorize() {
      const options: RequestOptions = {}
      await config.applyToHTTPSOptions(options)
      return options
    },
  }
}

/** Plain HTTP without authentication, as `kubectl proxy` serves it. */
export function plainAccess(server: string, namespace: string): ClusterAccess {
  const agent = new HttpAgent({ keepAlive: true })
  return { server, namespace, authorize: () => Promise.resolve({ agent }) }
}
