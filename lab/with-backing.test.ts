import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('./with-backing.ts', import.meta.url))
const variables = ['AMQP_URL', 'RABBITMQ_MANAGEMENT_URL', 'DATABASE_URL', 'REDIS_URL']
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !variables.includes(name)),
)

async function runWithBacking(...parameters: string[]) {
  const child = spawn(process.execPath, [program, ...parameters], { env: environment })
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ])
  return { stdout, stderr, code }
}

test('the command finds the servers it needs, and no others, in its environment', async () => {
  const show = `console.log(JSON.stringify([process.env.REDIS_URL, process.env.AMQP_URL ?? 'none']))`
  const { stdout, code } = await runWithBacking('--need', 'redis', '--', process.execPath, '-e', show)
  const [redisUrl, amqpUrl] = JSON.parse(stdout) as [string, string]
  assert.match(redisUrl, /^redis:\/\/:[^@]+@127\.0\.0\.1:\d+$/)
  assert.equal(amqpUrl, 'none')
  assert.equal(code, 0)
})

test("the command's exit code is passed on, and its signal as 128 plus the number", async () => {
  assert.equal((await runWithBacking('--need', 'redis', '--', 'sh', '-c', 'exit 7')).code, 7)
  assert.equal((await runWithBacking('--need', 'redis', '--', 'sh', '-c', 'kill -TERM $$')).code, 143)
})

test('SIGTERM reaches the command, which may take its time to end', async () => {
  const script = "trap 'echo stopping; exit 5' TERM; echo ready; while :; do sleep 0.1; done"
  const child = spawn(process.execPath, [program, '--need', 'redis', '--', 'sh', '-c', script], {
    env: environment,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const exited = once(child, 'exit')
  await once(child.stdout, 'data')
  const rest = text(child.stdout)
  child.kill('SIGTERM')
  assert.deepEqual(await exited, [5, null])
  assert.equal(await rest, 'stopping\n')
})

test('a wrong call is explained', async () => {
  const missing = await runWithBacking('--need', 'redis')
  assert.equal(missing.code, 1)
  assert.match(missing.stderr, /usage: .* -- COMMAND/)
  const unknown = await runWithBacking('--need', 'mysql', '--', 'true')
  assert.equal(unknown.code, 1)
  assert.match(unknown.stderr, /--need mysql: there are rabbitmq, postgres, redis/)
  const noProgram = await runWithBacking('--need', 'redis', '--', 'no-such-program')
  assert.equal(noProgram.code, 1)
  assert.match(noProgram.stderr, /no-such-program/)
})
