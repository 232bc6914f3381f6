export interface Answer {
  status: number
  retryAfter: string | null
  ms: number
}

/** Posts one ride. */
export async function postRide(url: string, skier: number): Promise<Answer> {
  const startedAt = performance.now()
  const response = await fetch(`${url}/skiers/1/seasons/1999/days/1/skiers/${skier}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"time":217,"liftID":21}',
  })
  await response.arrayBuffer()
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    ms: performance.now() - startedAt,
  }
}

/** Tries until `attempt` says true, every 20 ms. @throws Error after `timeoutMs`, with what was expected */
export async function eventually(
  expectation: string,
  attempt: () => Promise<boolean> | boolean,
  timeoutMs = 30_000,
): Promise<number> {
  const startedAt = performance.now()
  while (!(await attempt())) {
    if (performance.now() - startedAt > timeoutMs)
      throw new Error(`not within ${timeoutMs} ms: ${expectation}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return performance.now() - startedAt
}
