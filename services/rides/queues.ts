import { queueNames } from '@chairlift/kit/broker/names.ts'

/** Exchange `chairlift.rides`, queue `rides.writer`, parking queue `rides.writer.parking`. */
export const ridesQueues = queueNames('rides', 'writer')

/** Where the SQL files of the migrations are. */
export const ridesMigrations = new URL('./store/migrations/', import.meta.url)
