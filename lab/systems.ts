import { albumsApiSettings, albumsReviewerSettings } from '@chairlift/albums/config.ts'
import { ridesApiSettings, ridesWriterSettings } from '@chairlift/rides/config.ts'

/** How the lab starts one kind of process. */
export interface ProcessDefinition {
  /** File URL of the entry point. */
  entry: URL
  /** Names of its settings, to know which addresses it wants. */
  settings: Record<string, unknown>
  /** An API process shares the system's port with its replicas; a consumer has none. */
  kind: 'api' | 'consumer'
  replicas: number
}

export interface SystemDefinition {
  processes: Record<string, ProcessDefinition>
  /** The queue of each consumer, by process. */
  queues: Record<string, string>
}

/** Every system that the lab can start. A further one is added here. */
export const systems: Record<string, SystemDefinition> = {
  rides: {
    processes: {
      'rides-api': {
        entry: new URL(import.meta.resolve('@chairlift/rides/api.ts')),
        settings: ridesApiSettings,
        kind: 'api',
        replicas: 1,
      },
      'rides-writer': {
        entry: new URL(import.meta.resolve('@chairlift/rides/writer.ts')),
        settings: ridesWriterSettings,
        kind: 'consumer',
        replicas: 1,
      },
    },
    queues: { 'rides-writer': 'rides.writer' },
  },
  albums: {
    processes: {
      'albums-api': {
        entry: new URL(import.meta.resolve('@chairlift/albums/api.ts')),
        settings: albumsApiSettings,
        kind: 'api',
        replicas: 1,
      },
      'albums-reviewer': {
        entry: new URL(import.meta.resolve('@chairlift/albums/reviewer.ts')),
        settings: albumsReviewerSettings,
        kind: 'consumer',
        replicas: 1,
      },
    },
    queues: { 'albums-reviewer': 'albums.reviewer' },
  },
}
