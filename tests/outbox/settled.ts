const WAIT_MS_MAX = 20_000

/** Reads again and again until what is read is as it should be, and answers it. */
export async function settled<Value>(read: () => Promise<Value>, isRight: (value: Value) => boolean): Promise<Value> {
  const until = Date.now() + WAIT_MS_MAX
  for (;;) {
    const value = await read()
    if (isRight(value)) return value
    if (Date.now() > until) throw new Error(`waited for nothing: ${JSON.stringify(value)}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
