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
