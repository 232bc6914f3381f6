import type { Publisher } from '@chairlift/kit/broker/publisher.ts'
import type { RequestMetrics } from '@chairlift/kit/http/request-metrics.ts'
import type { Route } from '@chairlift/kit/http/route.ts'
import type { Pool } from '@chairlift/kit/postgres/open-pool.ts'
import type { LiftRideEvent } from '../lift-ride.ts'
import { getPerformanceStats } from './get-performance-stats.ts'
import { getResortDayHours, getResortDayLifts, getResortDayRides } from './get-resort-day-rides.ts'
import { getResortSkiersDay } from './get-resort-skiers-day.ts'
import { getResorts } from './get-resorts.ts'
import { getSkierDayVertical } from './get-skier-day-vertical.ts'
import { getSkierResortTotals } from './get-skier-resort-totals.ts'
import { getSkierSeasonDays } from './get-skier-season-days.ts'
import { addSeason, getResortSeasons } from './resort-seasons.ts'
import { writeLiftRide } from './write-lift-ride.ts'

/** The interface of rides-api, the hottest operations first. */
export function ridesRoutes(parts: {
  pool: Pool
  publisher: Publisher<LiftRideEvent>
  requestMetrics: RequestMetrics
}): Route[] {
  const { pool, publisher, requestMetrics } = parts
  return [
    writeLiftRide(publisher),
    getSkierDayVertical(pool),
    getSkierResortTotals(pool),
    getResortSkiersDay(pool),
    getSkierSeasonDays(pool),
    getResortDayRides(pool),
    getResortDayLifts(pool),
    getResortDayHours(pool),
    getResorts(pool),
    getResortSeasons(pool),
    addSeason(pool),
    getPerformanceStats(requestMetrics),
  ]
}
