import type { CreateWorkload } from '../../engine/types.ts'
import { viewRideEvents } from './ride-events.ts'

/** Inside a worker: item i is ride i, one POST. */
const createWorkload: CreateWorkload = ({ parameters, shared }) => {
  const events = viewRideEvents(shared)
  const { season, runId, idempotencyKeys } = parameters as {
    season: string
    runId: string
    idempotencyKeys: boolean
  }
  const contentType = 'Content-Type: application/json\r\n'
  return {
    operations: ['writeNewLiftRide'],
    steps: 1,
    operation: () => 0,
    request: (item) => ({
      method: 'POST',
      path: `/skiers/${events.resortID[item]}/seasons/${season}/days/${events.dayID[item]}/skiers/${events.skierID[item]}`,
      headers: idempotencyKeys ? `${contentType}Idempotency-Key: ${runId}-${item}\r\n` : contentType,
      body: `{"time":${events.minute[item]},"liftID":${events.liftID[item]}}`,
    }),
  }
}

export default createWorkload
