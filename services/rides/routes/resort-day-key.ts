import { int32Max, parseIntegerParameter } from '@chairlift/kit/http/parameters.ts'
import type { ResortDayKey } from '../store/resort-day.ts'

/**
 * The resort's day that a path names. The season is an integer here and text under /skiers; its canonical text
 * form is the key of both (RID-O1).
 *
 * @throws HttpError invalid_input
 */
export function parseResortDay(params: Record<string, unknown>): ResortDayKey {
  return {
    resortID: parseIntegerParameter(params['resortID'], 'resortID', 0, int32Max),
    seasonID: String(parseIntegerParameter(params['seasonID'], 'seasonID', 0, int32Max)),
    dayID: parseIntegerParameter(params['dayID'], 'dayID', 1, 366),
  }
}

/** The resort that a path names. @throws HttpError invalid_input */
export function parseResort(params: Record<string, unknown>): number {
  return parseIntegerParameter(params['resortID'], 'resortID', 0, int32Max)
}
