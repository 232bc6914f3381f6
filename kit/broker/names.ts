/** Names of a system's exchange and of a consumer's queues: `chairlift.rides`, `rides.writer`, … */
export interface QueueNames {
  exchange: string
  queue: string
  parkingExchange: string
  parkingQueue: string
}

/** @param system e.g. `rides`; @param consumer e.g. `writer` */
export function queueNames(system: string, consumer: string): QueueNames {
  return {
    exchange: `chairlift.${system}`,
    queue: `${system}.${consumer}`,
    parkingExchange: `chairlift.${system}.parking`,
    parkingQueue: `${system}.${consumer}.parking`,
  }
}
