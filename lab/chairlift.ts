import { Command } from 'commander'
import { compareCommand } from './commands/compare.ts'
import { parkingCommand } from './commands/parking.ts'
import { reportCommand } from './commands/report.ts'
import { runCommand } from './commands/run.ts'
import { scalerCommand } from './commands/scaler.ts'
import { searchCommand } from './commands/search.ts'
import { upCommand } from './commands/up.ts'
import { readVersion } from './version.ts'

const program = new Command('chairlift')
  .description('A laboratory for queue-driven services, on one machine')
  .version(await readVersion())
  .showHelpAfterError('(chairlift --help shows what there is)')
  .addHelpText(
    'after',
    `
Examples:
  chairlift run loadgen/experiments/smoke.yaml     the smallest experiment, in seconds
  chairlift up rides                               start the rides system and leave it running
  chairlift report out/result.json                 make the report of a result again`,
  )
  .addCommand(runCommand())
  .addCommand(upCommand())
  .addCommand(reportCommand())
  .addCommand(compareCommand())
  .addCommand(searchCommand())
  .addCommand(parkingCommand())
  .addCommand(scalerCommand())

try {
  await program.parseAsync()
} catch (error) {
  // What a person can mend is said in one sentence; the stack is for whoever asks for it.
  const text = process.env['DEBUG'] ? (error as Error).stack : (error as Error).message
  process.stderr.write(`chairlift: ${text}\n`)
  process.exitCode = 1
}
