import type { Pause } from '../decide/types.ts'

/** Annotations by which a person stops a scaler; the names follow KEDA's. */
export const pauseAnnotations = {
  all: 'chairlift.dev/paused',
  replicas: 'chairlift.dev/paused-replicas',
  scaleUp: 'chairlift.dev/paused-scale-out',
  scaleDown: 'chairlift.dev/paused-scale-in',
} as const

/** The pause of a scaler that nobody has stopped. */
export const notPaused: Pause = { all: false, replicas: null, scaleUp: false, scaleDown: false }

/**
 * Reads the pause annotations. Only "true" pauses; a number of replicas that is none pauses as it is, which is the
 * careful reading of a slip.
 */
export function readPause(annotations: Readonly<Record<string, string>> | undefined): Pause {
  const given = (key: keyof typeof pauseAnnotations) => annotations?.[pauseAnnotations[key]]
  const text = given('replicas')
  const sound = text !== undefined && /^[0-9]{1,4}$/.test(text)
  return {
    all: given('all') === 'true' || (text !== undefined && !sound),
    replicas: sound ? Number(text) : null,
    scaleUp: given('scaleUp') === 'true',
    scaleDown: given('scaleDown') === 'true',
  }
}
