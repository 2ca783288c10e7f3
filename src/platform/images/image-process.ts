import { reworkFile } from './rework-file.ts'

// The process of one image: `image-process.ts <file> <folder> <pixels>` says on its output, as JSON, what became of it.
if (process.argv[1] === import.meta.filename) {
  const [, , source = '', folder = '', pixelsMax = '0'] = process.argv
  process.stdout.write(JSON.stringify(await reworkFile(source, folder, Number(pixelsMax))))
}
