import type { WriteStream } from 'node:tty'
import type { RunProgress } from '@chairlift/loadgen/run/run-experiment.ts'
import { Presets, SingleBar } from 'cli-progress'

/** Without a terminal: seconds between two lines. */
const plainEverySeconds = 5

/** A progress bar on a terminal, plain lines now and then anywhere else. */
export function showProgress(stream: NodeJS.WriteStream): RunProgress {
  return (stream as WriteStream).isTTY ? showBar(stream) : showLines(stream)
}

function showBar(stream: NodeJS.WriteStream): RunProgress {
  let bar: SingleBar | undefined
  let done = 0
  return {
    note(line) {
      bar?.stop()
      bar = undefined
      stream.write(`${line}\n`)
    },
    runStarts({ index, of, threads, requests }) {
      done = 0
      bar = new SingleBar(
        {
          stream,
          format: `run ${index + 1}/${of} · ${threads} threads |{bar}| {value}/{total} · {rate}/s · {errors} errors`,
          hideCursor: true,
        },
        Presets.shades_classic,
      )
      bar.start(requests, 0, { rate: 0, errors: 0 })
    },
    second({ completed, errors }) {
      done += completed
      bar?.update(done, { rate: completed, errors })
    },
    runEnds() {
      bar?.stop()
      bar = undefined
    },
  }
}

function showLines(stream: NodeJS.WriteStream): RunProgress {
  const say = (line: string) => stream.write(`${line}\n`)
  let requests = 0
  let done = 0
  return {
    note: say,
    runStarts(run) {
      requests = run.requests
      done = 0
      say(`run ${run.index + 1}/${run.of}: ${run.threads} threads, ${requests} requests`)
    },
    second({ second, completed, errors }) {
      done += completed
      if (second % plainEverySeconds === plainEverySeconds - 1)
        say(`  ${second + 1} s: ${done}/${requests} done, ${completed}/s, ${errors} errors`)
    },
    runEnds({ wallSeconds, throughput, completion }) {
      const lag =
        completion.lagSeconds === null ? '' : `, all visible ${completion.lagSeconds.toFixed(2)} s later`
      say(`  done in ${wallSeconds.toFixed(1)} s: ${Math.round(throughput.okPerSecond)} ok/s${lag}`)
    },
  }
}
