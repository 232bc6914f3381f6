export type ServerName = 'rabbitmq' | 'postgres' | 'redis'

/** A server the services rest on: private to this lab, or given from outside and then left alone. */
export interface BackingServer {
  readonly name: ServerName
  /** Whether this lab started it, and so may stop it and do harm to it. */
  readonly owned: boolean
  /** All its processes that run now, children and helpers included; empty for an external server. */
  readonly pids: readonly number[]
  /** Null for an external server. */
  readonly logFile: string | null
}

/** A private server, with the faults a test may inject. */
export interface OwnedServer extends BackingServer {
  readonly owned: true
  readonly logFile: string
  /** The server's main process. Throws when it is down. */
  readonly pid: number
  /**
   * Sends the signal and resolves when all its processes have ended; SIGKILL goes to all of them at once.
   * What still runs 30 s after another signal gets SIGKILL too.
   */
  kill(signal: NodeJS.Signals): Promise<void>
  /**
   * Starts it on the same port with the same data and resolves when it answers; stops it cleanly first
   * if it runs. Redis keeps nothing on disk and so comes back empty.
   */
  restart(): Promise<void>
  /** SIGSTOP to all its processes: connections stay open and nothing answers. */
  suspend(): void
  /** SIGCONT after `suspend`. */
  resume(): void
}

export interface RabbitmqServer extends OwnedServer {
  readonly name: 'rabbitmq'
  /** Raises or clears the memory alarm, which blocks all publishers. Takes about two seconds. */
  setMemoryAlarm(on: boolean): Promise<void>
  /** Makes the broker close every client connection with CONNECTION_FORCED and this reason. */
  closeAllConnections(reason: string): Promise<void>
}

/** The servers of one lab. The URL of a server that was not asked for throws when read. */
export interface Backing extends AsyncDisposable {
  readonly amqpUrl: string
  /** With user and password in the URL; null when an external broker came without RABBITMQ_MANAGEMENT_URL. */
  readonly managementUrl: string | null
  readonly databaseUrl: string
  readonly redisUrl: string
  readonly servers: readonly BackingServer[]
  /** The private ones among `servers`, where faults can be injected. */
  readonly owned: {
    readonly rabbitmq?: RabbitmqServer
    readonly postgres?: OwnedServer
    readonly redis?: OwnedServer
  }
  /** AMQP_URL, RABBITMQ_MANAGEMENT_URL, DATABASE_URL, REDIS_URL as far as they are known. */
  readonly environment: Readonly<Record<string, string>>
  /** Ends the private servers and removes their data and logs. May be called again. */
  stop(): Promise<void>
}
