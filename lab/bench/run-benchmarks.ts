import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { glob, mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

// Runs every *.bench.ts of the project, one after another: each must have the machine to itself.
const { values } = parseArgs({
  options: { out: { type: 'string', default: 'out/bench' }, quick: { type: 'boolean', default: false } },
})
const root = fileURLToPath(new URL('../../', import.meta.url))
await mkdir(values.out, { recursive: true })

const files: string[] = []
for await (const file of glob('{kit,services,loadgen,lab,operator}/**/*.bench.ts', { cwd: root }))
  files.push(file)

let failed = 0
for (const file of files.sort()) {
  console.log(`\n${file}`)
  const json = join(values.out, `${basename(file, '.bench.ts')}.json`)
  const args = [join(root, file), '--json', json, ...(values.quick ? ['--quick'] : [])]
  const child = spawn(process.execPath, args, { stdio: 'inherit' })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) failed++
}
console.log(`\n${files.length} benchmarks, ${failed} with a bar missed or an error; JSON in ${values.out}`)
process.exitCode = failed === 0 ? 0 : 1
