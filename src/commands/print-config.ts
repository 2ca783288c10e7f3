import { describeConfig, readConfig } from '../config.ts'

/** Prints every setting in force as NAME=value. */
export function printConfig(): void {
  process.stdout.write(`${describeConfig(readConfig()).join('\n')}\n`)
}
