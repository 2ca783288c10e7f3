import type { FastifyReply, FastifyRequest } from 'fastify'

/** More than the buffers between us and a sender hold: who has still so much to send has not finished, and so does not reuse the connection. */
const DRAINED_BYTES_MAX = 16 * 1024 * 1024
const DRAIN_MS_MAX = 10_000
/** For the answer to reach whoever goes on sending. */
const LINGER_MS = 1000

/**
 * Lets go of whoever was answered while still sending. A little is read to its end, so that the connection stays as it should; of much
 * nothing more is read, and the connection is cut off once the answer had time to arrive.
 */
export function letGoWhenAnswered(request: FastifyRequest, reply: FastifyReply): void {
  const { raw } = request
  const cutOffAfter = (ms: number) =>
    setTimeout(() => {
      if (!raw.complete) raw.socket.destroy()
    }, ms).unref()

  reply.raw.once('finish', () => {
    if (raw.complete) return
    let left = Number(request.headers['content-length'] ?? 0) > DRAINED_BYTES_MAX ? 0 : DRAINED_BYTES_MAX
    const stop = () => {
      raw.pause()
      cutOffAfter(LINGER_MS)
    }
    if (left === 0) return stop()
    raw.on('data', (piece: Buffer) => {
      const before = left
      left -= piece.length
      if (before > 0 && left <= 0) stop()
    })
    raw.resume()
    cutOffAfter(DRAIN_MS_MAX)
  })
}
