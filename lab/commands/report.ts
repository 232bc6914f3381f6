import { dirname } from 'node:path'
import { renderReport } from '@chairlift/loadgen/report/render-report.ts'
import { renderTerminalTable } from '@chairlift/loadgen/report/terminal-table.ts'
import { readResult, writeFileAtomically } from '@chairlift/loadgen/result/result-file.ts'
import { Command } from 'commander'

/** `chairlift report RESULT.json`: the report of a result that exists already. */
export function reportCommand(): Command {
  return new Command('report')
    .description('make the HTML report and the table of a result again')
    .argument('<result>', 'a result.json')
    .option('-o, --out <dir>', 'folder for report.html; beside the result if left out')
    .addHelpText('after', '\nExample:\n  chairlift report out/result.json')
    .action(async (file: string, options: { out?: string }) => {
      const result = await readResult(file)
      const written = await writeFileAtomically(
        options.out ?? dirname(file),
        'report.html',
        renderReport(result),
      )
      process.stdout.write(
        `${renderTerminalTable(result, process.stdout.columns ?? 120)}\n\nreport  ${written}\n`,
      )
    })
}
