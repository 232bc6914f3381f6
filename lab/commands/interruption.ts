/**
 * Aborts on the first SIGINT or SIGTERM, so that everything is stopped in order; the second ends the process at
 * once (the reaper then ends what is left).
 */
export function listenForInterruption(): AbortSignal {
  const controller = new AbortController()
  const onSignal = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(130)
    controller.abort(new Error(`interrupted by ${signal}`))
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return controller.signal
}
