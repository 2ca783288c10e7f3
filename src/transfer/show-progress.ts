import { Presets, SingleBar } from 'cli-progress'

/** Tells a person how far an import has come. */
export interface Progress {
  /** Reading begins: so many bytes lie in the folder. */
  read(totalBytes: number): void
  readTo(bytes: number, file: string): void
  /** What is done now. */
  step(name: string): void
  end(): void
}

const MEGABYTE = 1_000_000

/** A bar on a terminal; elsewhere one line when reading begins and one for each step that takes its time. */
export function showProgress(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? showBar(stream) : showLines(stream)
}

function showBar(stream: NodeJS.WriteStream): Progress {
  const format = '{bar} {percentage}% of {megabytes} MB | {doing}'
  const bar = new SingleBar({ stream, format, hideCursor: true, clearOnComplete: true }, Presets.shades_classic)
  let megabytes = '0'
  return {
    read: (totalBytes) => {
      megabytes = (totalBytes / MEGABYTE).toFixed(1)
      bar.start(totalBytes, 0, { megabytes, doing: 'reading' })
    },
    readTo: (bytes, file) => bar.update(bytes, { megabytes, doing: `reading ${file}` }),
    step: (name) => {
      if (!bar.isActive) stream.write(`${name}\n`)
      else bar.update(bar.getTotal(), { megabytes, doing: name })
    },
    end: () => bar.stop(),
  }
}

function showLines(stream: NodeJS.WriteStream): Progress {
  return {
    read: (totalBytes) => stream.write(`Reading ${(totalBytes / MEGABYTE).toFixed(1)} MB.\n`),
    readTo: () => undefined,
    step: (name) => {
      if (name.startsWith('waiting')) stream.write(`${name}\n`)
    },
    end: () => undefined,
  }
}
