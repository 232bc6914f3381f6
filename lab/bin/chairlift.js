#!/usr/bin/env node
// Plain JavaScript on purpose: it must run on any Node ≥ 20 to hand over to the Node 24 that the
// project brings as the npm package `node`, because the rest is TypeScript run by type stripping.
import { spawn } from 'node:child_process'
import module, { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const main = join(dirname(fileURLToPath(import.meta.url)), '..', 'chairlift.ts')

if (Number(process.versions.node.split('.')[0]) >= 24) {
  // Compiled code is kept between runs: starts are faster, and workers need no type stripper in memory.
  module.enableCompileCache()
  await import(main)
} else {
  const require = createRequire(import.meta.url)
  const node24 = join(dirname(require.resolve('node/package.json')), 'bin', 'node')
  const child = spawn(node24, [main, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)))
}
