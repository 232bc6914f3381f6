// Prints the entry point of every process of every system, one path a line: what the image must be able to run.
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { systems } from './systems.ts'

for (const { processes } of Object.values(systems))
  for (const { entry } of Object.values(processes))
    process.stdout.write(`${relative(process.cwd(), fileURLToPath(entry))}\n`)
