/** A reason not to start that its operator can mend. The command prints its one sentence, without a stack, and exits with 1. */
export class StartupError extends Error {
  constructor(sentence: string) {
    super(sentence)
    this.name = 'StartupError'
  }
}
