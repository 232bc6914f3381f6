import Type from 'typebox'
import { duration } from './quantities.ts'

const closed = { additionalProperties: false }
const name = (description: string) =>
  Type.String({
    pattern: '^[a-z][a-z0-9-]{0,62}$',
    description: `${description}, lower-case letters, digits and -`,
  })

const victim = Type.Object(
  {
    system: Type.Optional(name('the system of a process, such as rides')),
    process: Type.Optional(name('the process within its system, such as writer')),
    replica: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000,
        description: 'which of several, from 1; else the first that runs',
      }),
    ),
    server: Type.Optional(
      Type.Enum(['rabbitmq', 'postgres', 'redis'], {
        description: 'a backing server: rabbitmq, postgres or redis',
      }),
    ),
  },
  { ...closed, description: 'what is killed: {system: rides, process: writer} or {server: rabbitmq}' },
)

/** `faults` of an experiment file: what is killed (SIGKILL) while a run is under way. */
export const faultsSchema = Type.Array(
  Type.Object(
    {
      at: duration('when it comes, from the start of the measured part; at least 1s'),
      kill: victim,
      for: Type.Optional(duration('how long a server stays away')),
    },
    { ...closed, description: 'a fault: {at: 20s, kill: {system: rides, process: writer}}' },
  ),
  { maxItems: 100, description: 'a list of faults, the same in every run' },
)
