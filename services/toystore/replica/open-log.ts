import type { Logger } from '@chairlift/kit/log/logger.ts'
import type { Pool } from 'pg'
import type { CommandLog } from '../log/command-log.ts'
import { StreamLog } from '../log/stream-log.ts'
import { TableLog } from '../log/table-log.ts'

export interface LogSettings {
  logDriver: string
  logName: string
  logRetentionSeconds: number
  answerTimeoutMs: number
  amqpUrl: string
  databaseUrl: string
}

/** The log by the driver that the settings name. */
export async function openLog(settings: LogSettings, pool: Pool, log: Logger): Promise<CommandLog> {
  const { logName: name, logRetentionSeconds: retentionSeconds } = settings
  if (settings.logDriver === 'postgres')
    return new TableLog({ pool, url: settings.databaseUrl, name, retentionSeconds, log })
  return await new StreamLog({
    url: settings.amqpUrl,
    name,
    retentionSeconds,
    confirmTimeoutMs: settings.answerTimeoutMs,
    log,
  }).open()
}
