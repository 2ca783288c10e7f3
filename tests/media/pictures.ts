import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'

// Pictures that the tests make themselves, well-formed and not.

/** A picture of two halves, red above blue, so that one sees which side is up. */
export async function picture(
  format: 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' = 'jpeg',
  { width = 40, height = 20 }: { width?: number; height?: number } = {},
): Promise<Buffer> {
  return halves(width, height).toFormat(format).toBuffer()
}

export function halves(width: number, height: number) {
  return sharp({ create: { width, height, channels: 3, background: '#ff0000' } }).composite([
    { input: { create: { width, height: height / 2, channels: 3, background: '#0000ff' } }, top: height / 2, left: 0 },
  ])
}

/** As a phone takes it: lying on its side, with what it is and where it was. */
export async function photoOfAPhone(): Promise<Buffer> {
  return halves(40, 20)
    .withExif({
      IFD0: { Make: 'PhoneMaker', Software: 'SecretSoftware' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 31/1 0/1', GPSLongitudeRef: 'E', GPSLongitude: '13/1 24/1 0/1' },
    })
    .withMetadata({ orientation: 6 })
    .jpeg({ quality: 95 })
    .toBuffer()
}

export async function animation(frames: number, format: 'gif' | 'webp' = 'gif'): Promise<Buffer> {
  const each = Array.from({ length: frames }, (_, i) =>
    sharp({ create: { width: 8, height: 8, channels: 3, background: { r: (i * 40) % 256, g: (i * 90) % 256, b: (i * 20) % 256 } } })
      .png()
      .toBuffer(),
  )
  return sharp(await Promise.all(each), { join: { animated: true } })
    .toFormat(format, { delay: 100, loop: 0 })
    .toBuffer()
}

/** A GIF of so many frames of one pixel each, written by hand: quick, whatever the number. */
export function longGif(frames: number): Buffer {
  const header = Buffer.from('47494638396101000100800000000000ffffff', 'hex')
  const frame = Buffer.from('21f904000a000000' + '2c000000000100010000' + '0202440100', 'hex')
  return Buffer.concat([header, ...Array.from({ length: frames }, () => frame), Buffer.from([0x3b])])
}

/** A PNG whose header says this size, with as many rows of zeros as are asked for: a few bytes that mean very many pixels. */
export function pngOf(width: number, height: number, rows = height): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([1, 0, 0, 0, 0], 8) // one bit a pixel, grey
  const row = Buffer.alloc(1 + Math.ceil(width / 8))
  const pixels = deflateSync(Buffer.concat(Array.from({ length: rows }, () => row)))
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}
