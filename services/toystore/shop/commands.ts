import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'

/** Longest name and key that a command may carry; the interface's own limit is 128. */
const text = Type.String({ minLength: 1, maxLength: 256 })

const Toy = Type.Object({
  name: text,
  price: Type.Number({ minimum: 0 }),
  quantity: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
})
export type Toy = Static<typeof Toy>

/**
 * What can happen to the shop. `begin` opens an empty one and means nothing afterwards, so any replica may send
 * it; `barrier` means nothing ever: whoever reads it back has read all that was in the log before.
 */
const Command = Type.Union([
  Type.Object({ type: Type.Literal('begin'), logId: text, toys: Type.Array(Toy, { maxItems: 100_000 }) }),
  Type.Object({
    type: Type.Literal('order'),
    key: text,
    name: text,
    quantity: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  }),
  Type.Object({ type: Type.Literal('restock'), name: text }),
  Type.Object({ type: Type.Literal('barrier') }),
])
export type Command = Static<typeof Command>

/** How far somebody had applied the log: the offset, and the hash over everything up to it. */
const Position = Type.Object({
  offset: Type.Integer({ minimum: -1, maximum: Number.MAX_SAFE_INTEGER }),
  chain: Type.String({ maxLength: 64 }),
})
export type Position = Static<typeof Position>

const formVersion = 1

const Entry = Type.Object({
  form: Type.Literal(formVersion),
  /** Of this very attempt to write: a second attempt at the same commands is another entry. */
  id: text,
  /** What the issuer had applied; a reader whose past differs must not go on. */
  seen: Position,
  commands: Type.Array(Command, { minItems: 1, maxItems: 10_000 }),
})
export type Entry = Omit<Static<typeof Entry>, 'form'>

const entryCheck = Compile(Entry)

export function encodeEntry(entry: Entry): Buffer {
  return Buffer.from(JSON.stringify({ form: formVersion, ...entry }))
}

/** An entry of a later version of Chairlift, which this one must not pass over. */
export class UnknownFormError extends Error {
  constructor(form: unknown) {
    super(
      `the log holds an entry of form ${JSON.stringify(form)}; this program knows form ${formVersion} only`,
    )
    this.name = 'UnknownFormError'
  }
}

/**
 * Reads the bytes of an entry.
 *
 * @returns undefined for bytes that are no entry at all; they mean nothing, to every replica alike
 * @throws UnknownFormError
 */
export function decodeEntry(bytes: Buffer): Entry | undefined {
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
  if (entryCheck.Check(value)) return value
  const form = (value as { form?: unknown } | null)?.form
  if (typeof form === 'number' && form !== formVersion) throw new UnknownFormError(form)
  return undefined
}
