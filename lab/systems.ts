import { albumsApiSettings, albumsReviewerSettings } from '@chairlift/albums/config.ts'
import { ridesApiSettings, ridesWriterSettings } from '@chairlift/rides/config.ts'
import {
  toystoreCatalogSettings,
  toystoreFrontSettings,
  toystoreOrdersSettings,
} from '@chairlift/toystore/config.ts'

/** How the lab starts one kind of process. */
export interface ProcessDefinition {
  /** File URL of the entry point. */
  entry: URL
  /** Names of its settings, to know which addresses it wants. */
  settings: Record<string, unknown>
  /**
   * An API process shares the system's port with its replicas; a consumer has none; a member has a number, a port
   * and a data folder of its own, which it keeps when it is started again.
   */
  kind: 'api' | 'consumer' | 'member'
  replicas: number
  /** Settings that hold the addresses of members: how they are written, from the members' URLs in order. */
  addresses?: Record<string, { of: string; write: (urls: readonly string[]) => string }>
  /** Of a member: the setting that takes its number, from 1. */
  numberSetting?: string
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
  toystore: {
    processes: {
      'toystore-orders': {
        entry: new URL(import.meta.resolve('@chairlift/toystore/orders.ts')),
        settings: toystoreOrdersSettings,
        kind: 'member',
        replicas: 3,
        numberSetting: 'replicaId',
      },
      'toystore-catalog': {
        entry: new URL(import.meta.resolve('@chairlift/toystore/catalog.ts')),
        settings: toystoreCatalogSettings,
        kind: 'member',
        replicas: 1,
      },
      'toystore-front': {
        entry: new URL(import.meta.resolve('@chairlift/toystore/front.ts')),
        settings: toystoreFrontSettings,
        kind: 'api',
        replicas: 1,
        addresses: {
          catalogUrl: { of: 'toystore-catalog', write: (urls) => urls[0] ?? '' },
          ordersUrls: {
            of: 'toystore-orders',
            write: (urls) => urls.map((url, index) => `${index + 1}=${url}`).join(','),
          },
        },
      },
    },
    queues: {},
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
