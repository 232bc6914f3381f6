import { discardParked, listParked, replayParked } from '@chairlift/kit/broker/parked-messages.ts'
import { type Channel, connect } from 'amqplib'
import { Command, Option } from 'commander'

interface ParkingOptions {
  amqp: string
  queue: string
  id?: string
  limit: string
  json?: boolean
}

/** `chairlift parking list|replay|discard`: what consumers could not apply. */
export function parkingCommand(): Command {
  const parking = new Command('parking')
    .description('look at the events that no consumer could apply, send them again, or drop them')
    .addHelpText(
      'after',
      `
Examples:
  chairlift parking list --amqp amqp://user:password@127.0.0.1:5672 --queue rides.writer
  chairlift parking replay --queue rides.writer          (AMQP_URL says where)
  chairlift parking discard --queue rides.writer --id 0192f3a4-…`,
    )
  parking
    .addCommand(
      command('list', 'show parked events with the reason of each', list).option('--json', 'as JSON lines'),
    )
    .addCommand(
      command(
        'replay',
        'send parked events to their queue again; those applied before change nothing',
        replay,
      ),
    )
    .addCommand(command('discard', 'drop parked events for good', discard))
  return parking
}

function command(
  name: string,
  description: string,
  run: (channel: Channel, options: ParkingOptions) => Promise<void>,
): Command {
  return new Command(name)
    .description(description)
    .addOption(new Option('--amqp <url>', 'RabbitMQ').env('AMQP_URL').makeOptionMandatory())
    .requiredOption('--queue <name>', 'queue of the consumer, e.g. rides.writer')
    .option('--id <message id>', 'only this message')
    .option('--limit <n>', 'at most this many messages', '1000')
    .action(async (options: ParkingOptions) => {
      if (!/^[1-9][0-9]{0,6}$/.test(options.limit))
        throw new Error(`--limit must be a number, got ${options.limit}`)
      const model = await connect(options.amqp).catch((error: Error) => {
        throw new Error(`cannot reach RabbitMQ: ${error.message}`)
      })
      // A queue that does not exist closes the channel; the rejected operation already says so.
      model.on('error', () => undefined)
      try {
        const channel = await model.createConfirmChannel()
        channel.on('error', () => undefined)
        await run(channel, options)
        // Closing the connection alone can overtake the last acknowledgement of a quorum queue.
        await channel.close()
      } finally {
        await model.close().catch(() => undefined)
      }
    })
}

async function list(channel: Channel, options: ParkingOptions): Promise<void> {
  const parked = await listParked(channel, options.queue, Number(options.limit))
  const chosen = parked.filter((message) => options.id === undefined || message.id === options.id)
  for (const message of chosen)
    process.stdout.write(
      options.json
        ? `${JSON.stringify(message)}\n`
        : `${message.id}  ${message.parkedAt}  ${message.reason}\n    ${message.body.slice(0, 200)}\n`,
    )
  if (!options.json) process.stdout.write(`${chosen.length} parked\n`)
}

async function replay(channel: Channel, options: ParkingOptions): Promise<void> {
  const count = await replayParked(channel, options.queue, Number(options.limit), options.id)
  process.stdout.write(`${count} sent to ${options.queue} again\n`)
}

async function discard(channel: Channel, options: ParkingOptions): Promise<void> {
  const count = await discardParked(channel, options.queue, Number(options.limit), options.id)
  process.stdout.write(`${count} discarded\n`)
}
