import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { makeGate } from '../gate.ts'
import type { Image, Refused } from './image-rules.ts'

const PROCESS = fileURLToPath(new URL('image-process.ts', import.meta.url))
const WORK_MS_MAX = 30_000
const ANSWER_BYTES_MAX = 64 * 1024
/** So many more wait for their turn, for each that is worked on; whoever comes beyond is sent away. */
const WAITING_FACTOR = 16

const run = promisify(execFile)

export interface ImageWorksSettings {
  /** Width times height times frames. */
  pixelsMax: number
  atOnceMax: number
  log: { warn(details: object, message: string): void }
}

export interface ImageWorks {
  /** Makes the image that is kept out of a file; what it writes stands in `folder`. @throws Unavailable when too many wait */
  rework(source: string, folder: string): Promise<Image | Refused>
}

/** Works on so many images at once, each in a process of its own. */
export function openImageWorks({ pixelsMax, atOnceMax, log }: ImageWorksSettings): ImageWorks {
  const gate = makeGate({ atOnceMax, waitingMax: atOnceMax * WAITING_FACTOR, reason: 'too many images wait to be worked on' })
  return { rework: (source, folder) => gate(() => workOn(source, folder)) }

  async function workOn(source: string, folder: string): Promise<Image | Refused> {
    try {
      // Without our environment: there are secrets in it.
      const { stdout } = await run(process.execPath, [PROCESS, source, folder, String(pixelsMax)], {
        env: {},
        timeout: WORK_MS_MAX,
        killSignal: 'SIGKILL',
        maxBuffer: ANSWER_BYTES_MAX,
      })
      return JSON.parse(stdout)
    } catch (err) {
      log.warn({ err }, 'the process of an image ended without an answer: the image is refused')
      return { unfit: 'broken' }
    }
  }
}
