import { connect } from 'node:net'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { cast, type Nexus, type Person, startNexus } from '../cast.ts'
import { animation, halves, longGif, photoOfAPhone, picture, pngOf } from './pictures.ts'
import { fetchFile, filesOn, send, sendForm, type UploadAnswer, until, upload } from './uploads.ts'

const BYTES_MAX = 200_000

let nexus: Nexus
let alice: Person
beforeAll(async () => {
  nexus = await startNexus({ environment: { MEDIA_BYTES_MAX: String(BYTES_MAX), MEDIA_PIXELS_MAX: '4000000' } })
  ;({ alice } = await cast(nexus, 'alice'))
})
afterAll(() => nexus.close())
afterEach(async () => {
  expect((await filesOn(nexus)).incoming, 'nothing is left on its way').toEqual([])
})

async function imageAt(url: string) {
  return sharp(Buffer.from(await (await fetchFile(nexus, url)).arrayBuffer()), { animated: true })
}

/** The colours in the middle of the upper and of the lower half. */
async function coloursAt(url: string): Promise<string[]> {
  const { data, info } = await (await imageAt(url)).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return [0.25, 0.75].map((part) => {
    const at = (Math.floor(info.height * part) * info.width + Math.floor(info.width / 2)) * 3
    return data[at]! > 128 ? 'red' : data[at + 2]! > 128 ? 'blue' : 'neither'
  })
}

async function expectRefused(answer: UploadAnswer, status: number, code: string, sentence: RegExp): Promise<void> {
  expect([answer.status, answer.body.errors?.[0].extensions.code]).toEqual([status, code])
  expect(answer.body.errors[0].message).toMatch(sentence)
  const rows = await nexus.sql('select from media where stored_at is null')
  expect(rows).toEqual([])
}

describe('a picture that alice uploads', () => {
  it.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)('is taken as %s, whatever it is called, and kept as WebP', async (format) => {
    const { body, status, headers } = await send(nexus, alice, await picture(format), {
      name: 'x.exe',
      type: 'text/html',
      altText: 'red over blue',
    })
    expect(status).toBe(201)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(body).toEqual({
      id: expect.stringMatching(/^\d+$/),
      url: expect.stringMatching(/^http:\/\/[^/]+\/media\/[\w-]{22}\.webp$/),
      previewUrl: expect.stringMatching(/^http:\/\/[^/]+\/media\/[\w-]{22}\.preview\.webp$/),
      ...{ kind: 'IMAGE', width: 40, height: 20, altText: 'red over blue', state: 'READY' },
      placeholder: expect.stringMatching(/^[\w+/]{20,40}=*$/),
      blurhash: expect.stringMatching(/^.{28}$/),
    })
    for (const url of [body.url, body.previewUrl]) {
      expect((await (await imageAt(url)).metadata()).format).toBe('webp')
      expect(await coloursAt(url)).toEqual(['red', 'blue'])
    }
  })

  it('stands upright, and tells nothing of who took it, with what and where', async () => {
    const photo = await photoOfAPhone()
    expect((await sharp(photo).metadata()).exif?.toString('latin1')).toContain('PhoneMaker')
    const { url, previewUrl, width, height } = await upload(nexus, alice, photo)
    expect({ width, height }).toEqual({ width: 20, height: 40 })
    for (const each of [url, previewUrl]) {
      const found = await (await imageAt(each)).metadata()
      expect([found.exif, found.icc, found.xmp, found.iptc, found.orientation]).toEqual([
        undefined,
        undefined,
        undefined,
        undefined,
        undefined,
      ])
      const bytes = Buffer.from(await (await fetchFile(nexus, each)).arrayBuffer()).toString('latin1')
      expect(bytes).not.toMatch(/PhoneMaker|SecretSoftware|Exif|GPS/)
    }
    // Turned by a quarter to the right: what was above is at the right.
    const { data, info } = await (await imageAt(url)).removeAlpha().raw().toBuffer({ resolveWithObject: true })
    const at = (x: number) => data.subarray((20 * info.width + x) * 3, (20 * info.width + x) * 3 + 3)
    expect([at(4)[2]! > 128, at(15)[0]! > 128]).toEqual([true, true])
  })

  it('shows its colours as sRGB, whatever its profile was', async () => {
    const wide = await halves(40, 20).withIccProfile('p3').jpeg({ quality: 95 }).toBuffer()
    const { url } = await upload(nexus, alice, wide)
    expect((await (await imageAt(url)).metadata()).icc).toBeUndefined()
    expect(await coloursAt(url)).toEqual(['red', 'blue'])
  })

  it('is scaled down where it is large', async () => {
    const large = await picture('png', { width: 3000, height: 1000 })
    const { url, previewUrl, width, height } = await upload(nexus, alice, large)
    expect({ width, height }).toEqual({ width: 2560, height: 853 })
    expect((await (await imageAt(url)).metadata()).width).toBe(2560)
    expect((await (await imageAt(previewUrl)).metadata()).width).toBe(640)
  })

  it.each(['gif', 'webp'] as const)('goes on moving as %s; its preview stands still', async (format) => {
    const { url, previewUrl, width, height } = await upload(nexus, alice, await animation(12, format))
    const found = await (await imageAt(url)).metadata()
    expect([found.pages, found.delay?.[0], width, height]).toEqual([12, 100, 8, 8])
    expect((await (await imageAt(previewUrl)).metadata()).pages ?? 1).toBe(1)
  })

  it('is one of two that come at once', async () => {
    const both = await Promise.all([picture('png'), picture('jpeg')].map(async (file) => upload(nexus, alice, await file)))
    expect(new Set(both.map(({ url }) => url)).size).toBe(2)
  })

  it('may have its altText before or behind the file, empty for none', async () => {
    const behind = new FormData()
    behind.set('file', new Blob([new Uint8Array(await picture())]), 'a.jpg')
    behind.set('altText', '')
    expect((await sendForm(nexus, alice, behind)).body.altText).toBeNull()
    const before = new FormData()
    before.set('altText', 'two\r\nlines 🙂')
    before.set('file', new Blob([new Uint8Array(await picture())]), 'a.jpg')
    expect((await sendForm(nexus, alice, before)).body.altText).toBe('two\r\nlines 🙂')
  })
})

describe('a file that is not what it should be', () => {
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>')
  const html = Buffer.from('<!doctype html><script>alert(document.domain)</script>')
  const mp4 = Buffer.from('00000018667479706d703432000000006d70343269736f6d', 'hex')
  const TYPES: [string, Buffer][] = [
    ['SVG with a script', svg],
    ['SVG behind an XML declaration', Buffer.concat([Buffer.from('<?xml version="1.0"?>'), svg])],
    ['HTML that is called a PNG', html],
    ['an executable', Buffer.concat([Buffer.from('7f454c46020101', 'hex'), Buffer.alloc(100)])],
    ['a PDF', Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n')],
    ['a TIFF', Buffer.concat([Buffer.from('49492a0008000000', 'hex'), Buffer.alloc(100)])],
    ['random bytes', Buffer.from(Array.from({ length: 500 }, (_, i) => (i * 89 + 7) % 251))],
  ]
  it.each(TYPES)('is refused by its content: %s', async (_, file) => {
    await expectRefused(
      await send(nexus, alice, file, { name: 'picture.png', type: 'image/png' }),
      415,
      'BAD_USER_INPUT',
      /none of the pictures/,
    )
  })

  it('is refused with a word of its own when it is a video', async () => {
    await expectRefused(await send(nexus, alice, mp4, { name: 'a.mp4', type: 'video/mp4' }), 415, 'BAD_USER_INPUT', /^Videos are not taken/)
  })

  it('is refused when there is nothing in it', async () => {
    await expectRefused(await send(nexus, alice, Buffer.alloc(0)), 422, 'BAD_USER_INPUT', /empty/)
  })

  it.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)('is refused when it is a %s that is cut off', async (format) => {
    const whole = await halves(160, 120)
      .composite([{ input: await noise(160, 120) }])
      .toFormat(format)
      .toBuffer()
    const cut = whole.subarray(0, Math.floor(whole.length * 0.9))
    await expectRefused(await send(nexus, alice, cut), 422, 'BAD_USER_INPUT', /broken or cut off/)
  })

  it('is refused when only its first bytes are those of a picture', async () => {
    const disguised = Buffer.concat([(await picture('png')).subarray(0, 60), html])
    await expectRefused(await send(nexus, alice, disguised), 422, 'BAD_USER_INPUT', /broken or cut off/)
  })

  it('leaves nothing of itself when it is a picture and a page, an archive or a script at once', async () => {
    const archive = Buffer.from('504b0304', 'hex')
    for (const format of ['jpeg', 'gif', 'png'] as const) {
      const { url, previewUrl } = await upload(nexus, alice, Buffer.concat([await picture(format), html, archive]))
      for (const each of [url, previewUrl]) {
        const bytes = Buffer.from(await (await fetchFile(nexus, each)).arrayBuffer())
        expect([bytes.includes('script'), bytes.includes(archive)]).toEqual([false, false])
      }
    }
  })

  it.each([
    ['says to be 50,000 pixels wide and high', pngOf(50_000, 50_000, 1)],
    ['is 20,000 pixels wide', pngOf(20_000, 4)],
    ['is few bytes of very many pixels', pngOf(8000, 8000)],
  ])('is refused when it %s', async (_, file) => {
    expect(file.length).toBeLessThan(BYTES_MAX)
    await expectRefused(await send(nexus, alice, file), 422, 'BAD_USER_INPUT', /more pixels/)
  })

  it('is refused when it moves through too many frames, or all of them have too many pixels', async () => {
    await expectRefused(await send(nexus, alice, longGif(501)), 422, 'BAD_USER_INPUT', /more frames/)
    const heavy = (background: string) =>
      sharp({ create: { width: 1500, height: 1500, channels: 3, background } })
        .png()
        .toBuffer()
    const frames = [await heavy('red'), await heavy('blue')]
    const moving = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer()
    await expectRefused(await send(nexus, alice, moving), 422, 'BAD_USER_INPUT', /more pixels/)
  })
})

function noise(width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: 'grey', noise: { type: 'gaussian', mean: 128, sigma: 30 } } })
    .png()
    .toBuffer()
}

describe('a request that is not as it should be', () => {
  it('needs a token that is valid, before anything else', async () => {
    const file = await picture()
    expect((await send(nexus, undefined, file)).status).toBe(401)
    const forged = await send(nexus, { token: 'forged' }, Buffer.alloc(BYTES_MAX * 2))
    expect([forged.status, forged.body.errors[0].extensions.code]).toEqual([401, 'UNAUTHENTICATED'])
  })

  it('is a form with one file', async () => {
    const headers = { authorization: `Bearer ${alice.token}` }
    for (const type of ['application/json', 'image/jpeg', 'multipart/form-data']) {
      const { status } = await fetch(`${nexus.url}/media`, { method: 'POST', headers: { ...headers, 'content-type': type }, body: '{}' })
      expect(status, type).toBe(415)
    }
    const none = new FormData()
    none.set('altText', 'of nothing')
    await expectRefused(await sendForm(nexus, alice, none), 422, 'BAD_USER_INPUT', /one file/)
    const two = new FormData()
    for (const name of ['a.jpg', 'b.jpg']) two.append('file', new Blob([new Uint8Array(await picture())]), name)
    await expectRefused(await sendForm(nexus, alice, two), 422, 'BAD_USER_INPUT', /one file/)
    const cut = { ...headers, 'content-type': 'multipart/form-data; boundary=x' }
    const { status } = await fetch(`${nexus.url}/media`, {
      method: 'POST',
      headers: cut,
      body: '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc',
    })
    expect(status).toBe(400)
  })

  it('bounds the alternative text', async () => {
    const file = await picture()
    expect((await send(nexus, alice, file, { altText: 'ä'.repeat(1500) })).status).toBe(201)
    for (const altText of ['x'.repeat(1501), 'x'.repeat(20_000), '   ', 'a\u0007b']) {
      const { status, body } = await send(nexus, alice, file, { altText })
      expect([status, body.errors[0].extensions]).toEqual([422, { code: 'BAD_USER_INPUT', field: 'altText' }])
    }
  })

  it('may be as large as is said, and is not read any further', async () => {
    const head = await picture()
    await expectRefused(await send(nexus, alice, Buffer.concat([head, Buffer.alloc(BYTES_MAX)])), 413, 'BAD_USER_INPUT', /larger/)
    await expectRefused(await send(nexus, alice, Buffer.alloc(BYTES_MAX * 2)), 413, 'BAD_USER_INPUT', /larger/)
    expect((await send(nexus, alice, Buffer.concat([head, Buffer.alloc(BYTES_MAX - head.length)]))).status).toBe(201)
    const { answer, sent } = await sendForEver()
    expect(answer).toMatch(/^HTTP\/1.1 413 /)
    expect(sent).toBeLessThan(60 * 1024 * 1024)
  })

  it('leaves no file when whoever sends goes away', async () => {
    const before = await filesOn(nexus)
    const socket = await openUpload()
    socket.write(`${(1000).toString(16)}\r\n${'x'.repeat(1000)}\r\n`)
    await until(async () => (await filesOn(nexus)).incoming.length === 1)
    socket.destroy()
    await until(async () => (await filesOn(nexus)).incoming.length === 0)
    expect(await filesOn(nexus)).toEqual(before)
    expect(await nexus.sql('select from media where stored_at is null')).toEqual([])
  })

  it('is refused where there was one too many within a minute', async () => {
    const few = await startNexus({ environment: { RATE_LIMIT_UPLOADS: '2' } })
    try {
      const { bob } = await cast(few, 'bob')
      for (let i = 0; i < 2; i += 1) expect((await send(few, bob, await picture())).status).toBe(201)
      const third = await send(few, bob, await picture())
      expect([third.status, third.body.errors[0].extensions.code]).toEqual([429, 'RATE_LIMITED'])
      expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(await few.refusal('mutation { createPost(content: "still writes") { post { id } } }', bob.token)).toBeUndefined()
    } finally {
      await few.close()
    }
  })

  it('is refused where the account keeps as much as it may', async () => {
    const { erin } = await cast(nexus, 'erin')
    const { id } = await upload(nexus, erin, await picture())
    await nexus.sql('update media set bytes = 3e9 where id = $1', [id])
    await expectRefused(await send(nexus, erin, await picture()), 403, 'FORBIDDEN', /as many files as it may/)
  })
})

/** A form of which only the beginning was sent, in pieces. */
async function openUpload() {
  const socket = connect(Number(new URL(nexus.url).port), '127.0.0.1')
  await new Promise<void>((connected) => socket.once('connect', connected))
  socket.on('error', () => {})
  const head = [
    'POST /media HTTP/1.1',
    'Host: nexus',
    `Authorization: Bearer ${alice.token}`,
    'Content-Type: multipart/form-data; boundary=x',
  ]
  const part = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
  socket.write(`${head.join('\r\n')}\r\nTransfer-Encoding: chunked\r\n\r\n${part.length.toString(16)}\r\n${part}\r\n`)
  return socket
}

/** Sends a form that never ends, until the connection is closed. */
async function sendForEver(): Promise<{ answer: string; sent: number }> {
  const socket = await openUpload()
  const piece = Buffer.concat([Buffer.from(`${(65_536).toString(16)}\r\n`), Buffer.alloc(65_536, 'x'), Buffer.from('\r\n')])
  let [answer, sent, open] = ['', 0, true]
  socket.on('data', (data) => {
    answer += data
  })
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  void closed.then(() => {
    open = false
  })
  while (open) {
    sent += piece.length
    if (!socket.write(piece)) await Promise.race([new Promise((drained) => socket.once('drain', drained)), closed])
    else await new Promise(setImmediate)
  }
  return { answer, sent }
}
