import { setTimeout as delay } from 'node:timers/promises'
import type { Fault } from '@chairlift/loadgen/experiment/experiment.ts'
import type { FaultInjector } from '@chairlift/loadgen/run/fault-plan.ts'
import type { OwnedServer } from '../backing/backing.ts'
import type { Lab } from '../start-lab.ts'
import type { ReplicaSet } from '../supervisor/replica-set.ts'

/** Kills processes and private servers of a lab. */
export function createLabFaults(
  lab: Pick<Lab, 'replicaSets' | 'backing' | 'incidents'>,
  log: (line: string) => void,
): FaultInjector {
  const tell = (what: string) => {
    lab.incidents.push({ atMs: Date.now(), what })
    log(what)
  }
  return {
    check(faults) {
      for (const { kill } of faults)
        if ('server' in kill) serverOf(lab, kill.server)
        else replicaSetOf(lab, kill)
    },
    async inject({ kill, forMs }) {
      if ('server' in kill) {
        const server = serverOf(lab, kill.server)
        tell(`${server.name} is killed, and stays away for ${forMs / 1_000} s`)
        await server.kill('SIGKILL')
        await delay(forMs)
        await server.restart()
        tell(`${server.name} runs again`)
        return
      }
      const running = replicaSetOf(lab, kill).processes()
      const name = `${kill.system}-${kill.process}`
      const victim =
        kill.replica === undefined
          ? running[0]
          : running.find((one) => one.name === `${name}-${kill.replica}`)
      if (!victim)
        throw new Error(`no ${name}${kill.replica === undefined ? '' : `-${kill.replica}`} was running`)
      // Told by the replica set, which starts it again.
      victim.kill('SIGKILL')
    },
  }
}

type ProcessFault = Extract<Fault['kill'], { system: string }>

function replicaSetOf(
  { replicaSets }: Pick<Lab, 'replicaSets'>,
  { system, process }: ProcessFault,
): ReplicaSet {
  const found = replicaSets[`${system}-${process}`]
  if (!found)
    throw new Error(
      `no process ${process} of ${system} to kill; there are: ${Object.keys(replicaSets).join(', ')}`,
    )
  return found
}

function serverOf({ backing }: Pick<Lab, 'backing'>, name: keyof Lab['backing']['owned']): OwnedServer {
  const found = backing.owned[name]
  if (!found) throw new Error(`${name} was not started by this lab, and so is not killed`)
  return found
}
