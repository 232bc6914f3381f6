import { queueNames } from '@chairlift/kit/broker/names.ts'

/** Exchange `chairlift.albums`, queue `albums.reviewer`, parking queue `albums.reviewer.parking`. */
export const albumsQueues = queueNames('albums', 'reviewer')

/** Where the SQL files of the migrations are. */
export const albumsMigrations = new URL('./store/migrations/', import.meta.url)
