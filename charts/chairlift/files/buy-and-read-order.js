// The helm test: buys one toy at TARGET and reads the order back. Exit code 0 when it is the same.
const target = process.env.TARGET
const deadline = Date.now() + 60_000
const toys = ['Tux', 'Whale', 'Elephant', 'Bird', 'Risk', 'Sand', 'Jenga', 'Uno', 'Pinball', 'Clue']

for (let attempt = 0; ; attempt++) {
  const name = toys[attempt % toys.length]
  const answer = await fetch(`${target}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, quantity: 1 }),
    signal: AbortSignal.timeout(20_000),
  })
  const text = await answer.text()
  if (answer.status === 200) {
    const number = JSON.parse(text).data.order_number
    const read = await fetch(`${target}/orders/${number}`, { signal: AbortSignal.timeout(20_000) })
    const order = await read.text()
    if (read.status !== 200 || JSON.parse(order).data.name !== name)
      throw new Error(`order ${number} of ${name} reads as ${read.status} ${order}`)
    console.log(`bought and read back: ${order}`)
    break
  }
  // Sold out: another toy. Not there yet: again.
  if (answer.status !== 404 && answer.status !== 503)
    throw new Error(`POST /orders: ${answer.status} ${text}`)
  if (Date.now() > deadline) throw new Error(`nothing could be bought in 60 s: ${text}`)
  await new Promise((resolve) => setTimeout(resolve, 250))
}
