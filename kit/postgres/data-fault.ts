/** SQLSTATE classes that blame the data: 22 data exception, 23 integrity constraint violation. */
const dataFaultClasses = new Set(['22', '23'])

/**
 * True if an error of a write is the fault of its data, so that repeating it is useless.
 *
 * Everything else that Postgres or the network reports (down, overloaded, deadlock, read-only, even a missing
 * table) is a state of the environment: events must wait for it to pass rather than be parked by the thousand.
 * Errors of our own code (TypeError and the like, raised while encoding an event) are the data's fault too.
 */
export function isDataFault(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError) return true
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && dataFaultClasses.has(code.slice(0, 2))
}
