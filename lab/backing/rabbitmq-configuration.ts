/** The loopback ports of one private broker. */
export interface RabbitmqPorts {
  readonly amqp: number
  readonly management: number
  readonly prometheus: number
  /** Erlang's distribution, between the node and its command line tools. */
  readonly distribution: number
  readonly toolDistribution: number
  readonly epmd: number
}

/** The share of the machine's memory above which the broker blocks publishers. */
export const memoryWatermark = 0.6

/** The log's name below the broker's folder; the start script's own output goes there too. */
export const logFileName = 'rabbitmq.log'

/** rabbitmq.conf: loopback only, statistics by the second. */
export function renderRabbitmqConf(ports: RabbitmqPorts, user: string, password: string): string {
  const settings = {
    'listeners.tcp.1': `127.0.0.1:${ports.amqp}`,
    'management.tcp.ip': '127.0.0.1',
    'management.tcp.port': ports.management,
    'management.rates_mode': 'basic',
    'prometheus.tcp.ip': '127.0.0.1',
    'prometheus.tcp.port': ports.prometheus,
    // Replaces `guest`, whose password everyone knows.
    default_user: user,
    default_pass: password,
    'default_user_tags.administrator': true,
    'vm_memory_high_watermark.relative': memoryWatermark,
    // The default is 5 s: too coarse to see a queue grow and drain within a run.
    collect_statistics_interval: 1000,
    // Not through standard output, which it would colour.
    'log.file': logFileName,
    'log.file.level': 'info',
    'log.console': false,
  }
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('')
}

/**
 * advanced.config, for what rabbitmq.conf cannot express: quorum queues report their depth each 250 ms, and
 * the management API collects it as often as its finest sample retention says (both 5 s by default).
 */
export const advancedConfig = `[
  {rabbit, [{quorum_tick_interval, 250}]},
  {rabbitmq_management_agent, [
    {sample_retention_policies, [{global, [{605, 1}]}, {basic, [{605, 1}]}, {detailed, [{10, 1}]}]}
  ]}
].
`

export const enabledPlugins = '[rabbitmq_management, rabbitmq_prometheus].\n'

/** The environment of the broker, its epmd and its tools: files below `folder`, and nothing of the system's own node. */
export function rabbitmqEnvironment(
  folder: string,
  path: string,
  ports: RabbitmqPorts,
): Record<string, string> {
  const loopbackOnly = '-kernel inet_dist_use_interface {127,0,0,1}'
  return {
    PATH: path,
    LC_ALL: 'C.UTF-8',
    // Where Erlang keeps the cookie that node and tools share.
    HOME: folder,
    // No crash dump: the log tells enough, and writing one delays the end.
    ERL_CRASH_DUMP_SECONDS: '0',
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: String(ports.epmd),
    // Names no file, so that the system's rabbitmq-env.conf is not read.
    RABBITMQ_CONF_ENV_FILE: `${folder}/rabbitmq-env.conf`,
    RABBITMQ_NODENAME: 'chairlift@localhost',
    RABBITMQ_DIST_PORT: String(ports.distribution),
    RABBITMQ_MNESIA_BASE: `${folder}/data`,
    RABBITMQ_LOG_BASE: folder,
    RABBITMQ_CONFIG_FILE: `${folder}/rabbitmq.conf`,
    RABBITMQ_ADVANCED_CONFIG_FILE: `${folder}/advanced.config`,
    RABBITMQ_ENABLED_PLUGINS_FILE: `${folder}/enabled_plugins`,
    // The start script then becomes the node instead of its parent: signals and the id are the node's own.
    RABBITMQ_ALLOW_INPUT: 'true',
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: `-noinput ${loopbackOnly}`,
    // Schedulers tied to cores get in the way of the other processes on a small machine (8–10 % of its CPU).
    RABBITMQ_SCHEDULER_BIND_TYPE: 'u',
    RABBITMQ_CTL_ERL_ARGS: loopbackOnly,
    RABBITMQ_CTL_DIST_PORT_MIN: String(ports.toolDistribution),
    RABBITMQ_CTL_DIST_PORT_MAX: String(ports.toolDistribution + 20),
  }
}
