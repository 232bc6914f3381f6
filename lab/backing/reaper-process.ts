// The reaper's own process; see reaper.ts. It lives as long as its standard input and not a moment less,
// whatever signals a shell or a service manager sends to everything around it.
import { rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { type EndingProcess, endProcesses } from './end-processes.ts'
import type { ReaperMessage } from './reaper.ts'

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

const graceMs = 5_000
const processes = new Map<number, EndingProcess>()
const folders = new Set<string>()
let goodbye = false

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line) as ReaperMessage
  if (message.kind === 'watch') processes.set(message.pid, message)
  else if (message.kind === 'forget') processes.delete(message.pid)
  else if (message.kind === 'folder') folders.add(message.folder)
  else goodbye = true
}

if (!goodbye) {
  try {
    await endProcesses([...processes.values()], graceMs)
  } finally {
    for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
