import type { CreateWorkload } from '@chairlift/loadgen/engine/types.ts'

/** Inside a worker: the same ride again and again, by ever other skiers. */
const createWorkload: CreateWorkload = () => ({
  operations: ['writeNewLiftRide'],
  steps: 1,
  operation: () => 0,
  request: (item) => ({
    method: 'POST',
    path: `/skiers/1/seasons/1997/days/1/skiers/${1 + (item % 100_000)}`,
    headers: 'Content-Type: application/json\r\n',
    body: '{"time":217,"liftID":21}',
  }),
})

export default createWorkload
