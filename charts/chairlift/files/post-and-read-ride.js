// The helm test: posts one ride to TARGET and reads it back. Exit code 0 when the ride became visible.
const skier = 1 + Math.floor(Math.random() * 2_000_000_000)
const url = `${process.env.TARGET}/skiers/1/seasons/2026/days/1/skiers/${skier}`
const liftID = 21
const verticalPerLift = 10
const deadline = Date.now() + 60_000

const posted = await fetch(url, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ time: 217, liftID }),
  signal: AbortSignal.timeout(10_000),
})
if (posted.status !== 201) throw new Error(`POST ${url}: ${posted.status} ${await posted.text()}`)
console.log(`posted: ${url}`)

for (;;) {
  const read = await fetch(url, { signal: AbortSignal.timeout(10_000) })
  const text = await read.text()
  if (read.status === 200) {
    if (Number(text) !== verticalPerLift * liftID) throw new Error(`read ${text}, posted lift ${liftID}`)
    console.log(`read back: ${text} m`)
    break
  }
  if (read.status !== 404) throw new Error(`GET ${url}: ${read.status} ${text}`)
  if (Date.now() > deadline) throw new Error('the ride is not visible after 60 s')
  await new Promise((resolve) => setTimeout(resolve, 250))
}
