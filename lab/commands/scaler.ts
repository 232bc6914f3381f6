import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { type ReplayedDecision, replayLog } from '@chairlift/operator/replay/replay-log.ts'
import { Command } from 'commander'

/** Deviations that are shown in full. */
const shownDeviations = 5

/** `chairlift scaler replay LOG`: makes logged decisions again. */
export function scalerCommand(): Command {
  return new Command('scaler').description('look at what the scaler decided').addCommand(
    new Command('replay')
      .description('make the decisions of a log again, from all that they were made from')
      .argument(
        '<log>',
        'log of the operator or of `chairlift up --scaler-log`, other lines among it; - is stdin',
      )
      .option('--show', 'print every change of replicas with its reason', false)
      .addHelpText(
        'after',
        `
Exit codes: 0 every decision was reproduced, 1 one was not, or there was none.

Examples:
  kubectl logs deploy/operator | chairlift scaler replay -
  chairlift scaler replay out/scaler.log --show`,
      )
      .action(replay),
  )
}

async function replay(file: string, options: { show: boolean }): Promise<void> {
  const input = file === '-' ? process.stdin : createReadStream(file)
  const failed = Promise.withResolvers<never>()
  input.once('error', (error: NodeJS.ErrnoException) =>
    failed.reject(new Error(`cannot read ${file}: ${error.code ?? error.message}`)),
  )
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
  const report = await Promise.race([replayLog(lines, options.show ? show : undefined), failed.promise])
  for (const { lineNumber, scaler, logged, replayed } of report.deviations.slice(0, shownDeviations))
    process.stdout.write(
      `line ${lineNumber} ${scaler}: logged ${JSON.stringify(logged)}\n${' '.repeat(8)}replayed ${JSON.stringify(replayed)}\n`,
    )
  process.stdout.write(
    `${report.replayed} decisions of ${report.scalers.length} scalers made again, ${report.deviations.length} deviate; ${report.skipped} skipped for want of a history, ${report.otherLines} other lines\n`,
  )
  process.exitCode = report.deviations.length > 0 || report.replayed === 0 ? 1 : 0
}

function show({ line, replayed }: ReplayedDecision): void {
  if (replayed.desiredReplicas === replayed.currentReplicas) return
  const when = new Date(line.nowMs).toISOString()
  process.stdout.write(
    `${when} ${line.scaler} ${replayed.currentReplicas} → ${replayed.desiredReplicas} ${replayed.bindingRule}: ${replayed.explanation}\n`,
  )
}
