import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { environmentName } from '@chairlift/kit/config/load-config.ts'
import { choosePorts } from '../backing/choose-ports.ts'
import type { Reaper } from '../backing/reaper.ts'
import type { ProcessDefinition } from '../systems.ts'

export interface PlacedMembers {
  /** Folder of all data folders; null when the system has no members. */
  folder: string | null
  places: Record<string, { url: string; dataFolder: string }[]>
  /** Settings of one member, by its number from 1. */
  environmentOf(name: string, definition: ProcessDefinition): (number: number) => Record<string, string>
  /** Settings of a process that wants to know where members are. */
  addressesFor(definition: ProcessDefinition): Record<string, string>
}

/** Gives every member of a system its port and data folder before any process starts. */
export async function placeMembers(
  processes: Readonly<Record<string, ProcessDefinition>>,
  counts: Readonly<Record<string, number>>,
  reaper: Reaper,
): Promise<PlacedMembers> {
  const names = Object.keys(processes).filter((name) => processes[name]?.kind === 'member')
  const folder = names.length === 0 ? null : await mkdtemp(join(tmpdir(), 'chairlift-members-'))
  if (folder) reaper.watchFolder(folder)
  const places: PlacedMembers['places'] = {}
  for (const name of names) {
    const ports = await choosePorts(counts[name] ?? 1)
    places[name] = ports.map((port, index) => ({
      url: `http://127.0.0.1:${port}`,
      dataFolder: join(folder as string, `${name}-${index + 1}`),
    }))
  }
  return {
    folder,
    places,
    environmentOf: (name, definition) => (number) => {
      const place = places[name]?.[number - 1]
      if (!place)
        throw new Error(`${name} has no place for a member ${number}; the count is fixed at the start`)
      return {
        PORT: new URL(place.url).port,
        DATA_FOLDER: place.dataFolder,
        ...(definition.numberSetting && { [environmentName(definition.numberSetting)]: String(number) }),
      }
    },
    addressesFor: (definition) =>
      Object.fromEntries(
        Object.entries(definition.addresses ?? {}).map(([setting, { of, write }]) => [
          environmentName(setting),
          write((places[of] ?? []).map(({ url }) => url)),
        ]),
      ),
  }
}
