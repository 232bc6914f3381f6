/** An entry as it lies in the log. */
export interface LogEntry {
  /** Position in the log; strictly ascending, the first is 0. */
  offset: number
  body: Buffer
}

/** Who reads a log. All calls come in order; none may throw. */
export interface LogListener {
  /** Where reading (again) begins; asked at the start and after every interruption. */
  position(): number
  /** Reading runs from `position()` on. */
  connected(): void
  /** Further entries, in order and without one left out. */
  entries(entries: readonly LogEntry[]): void
  /** Nothing more comes until `connected` is called again; the log tries by itself. */
  interrupted(reason: string): void
}

/**
 * One ordered, durable sequence of entries that any number of processes write and read: all that the replicas
 * agree by. Two drivers pass the same tests (command-log.test.ts).
 */
export interface CommandLog {
  /**
   * Writes an entry; resolves when it is durable by the driver's own measure.
   *
   * @param id of this attempt to write, unique
   * @throws DependencyUnavailable; with `outcomeUnknown` the entry may be in the log or still come
   */
  append(id: string, body: Buffer): Promise<void>
  /** As `append`. @returns the entry's offset, which tells where the log ends */
  appendAndLocate(id: string, body: Buffer): Promise<number>
  /** Reads for ever. May be called once. */
  read(listener: LogListener): Promise<void>
  /** Lets go of entries before an offset that are older than the retention. */
  truncate(beforeOffset: number): Promise<void>
  close(): Promise<void>
}
