import { dirname } from 'node:path'
import { text } from 'node:stream/consumers'
import { renderReport } from '@chairlift/loadgen/report/render-report.ts'
import { formatResultCsv } from '@chairlift/loadgen/report/result-csv.ts'
import { renderTerminalTable } from '@chairlift/loadgen/report/terminal-table.ts'
import {
  parseResult,
  readResult,
  writeFileAtomically,
  writeResult,
} from '@chairlift/loadgen/result/result-file.ts'
import { extractResult } from '@chairlift/loadgen/result/result-log.ts'
import type { Result } from '@chairlift/loadgen/result/result-schema.ts'
import { Command } from 'commander'

/** `chairlift report RESULT.json`: the report of a result that exists already, or of one in a log. */
export function reportCommand(): Command {
  return new Command('report')
    .description('make the HTML report and the table of a result again')
    .argument('<result>', 'a result.json, or - for the log of a run with --result-in-log')
    .option('-o, --out <dir>', 'folder for report.html; beside the result if left out (from a log: out)')
    .addHelpText(
      'after',
      '\nExamples:\n  chairlift report out/result.json\n  kubectl logs job/run-1 | chairlift report - --out out/run-1',
    )
    .action(async (file: string, options: { out?: string }) => {
      const result = file === '-' ? await takeFromLog(options.out ?? 'out') : await readResult(file)
      const written = await writeFileAtomically(
        options.out ?? (file === '-' ? 'out' : dirname(file)),
        'report.html',
        renderReport(result),
      )
      process.stdout.write(
        `${renderTerminalTable(result, process.stdout.columns ?? 120)}\n\nreport  ${written}\n`,
      )
    })
}

/** The result in the log on stdin, also written to the folder as a run would. */
async function takeFromLog(folder: string): Promise<Result> {
  const result = parseResult(extractResult(await text(process.stdin)), 'the result in the log')
  await writeResult(folder, result)
  await writeFileAtomically(folder, 'result.csv', formatResultCsv(result))
  return result
}
