import { join } from 'node:path'
import { encode as blurhashOf } from 'blurhash'
import { fileTypeFromFile } from 'file-type'
import sharp, { type Sharp, type SharpOptions } from 'sharp'
import { rgbaToThumbHash } from 'thumbhash'
import {
  ACCEPTED_TYPES,
  ANIMATED_EDGE,
  EDGE_PIXELS_MAX,
  FRAMES_MAX,
  type Image,
  KEPT_EDGE,
  PREVIEW_EDGE,
  type Refused,
} from './image-rules.ts'

const THUMB_EDGE = 100
const BLURHASH_PARTS = { x: 4, y: 3 }
const BLURHASH_EDGE = 32

// One thread: how many images are worked on at once is decided outside. And no format is read but those that we take.
sharp.concurrency(1)
sharp.cache(false)
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({ operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map((format) => `VipsForeignLoad${format}File`) })

/** Writes the image and its preview into `folder`. Broken and cut off files are refused, as is what says to be larger than `pixelsMax`. */
export async function reworkFile(source: string, folder: string, pixelsMax: number): Promise<Image | Refused> {
  const type = (await fileTypeFromFile(source))?.mime
  const format = type === undefined ? undefined : ACCEPTED_TYPES[type]
  if (format === undefined) return { unfit: 'other-type', type }
  // Read in full, frames included: so many pixels are decoded at most, whatever the header says.
  const options: SharpOptions = { limitInputPixels: pixelsMax, failOn: 'error', animated: true }
  try {
    const found = await sharp(source, { ...options, limitInputPixels: false }).metadata()
    if (found.format !== format) return { unfit: 'broken', type }
    const { width, height, pages = 1, pageHeight = height } = found
    if (pages > FRAMES_MAX) return { unfit: 'too-many-frames', type }
    if (Math.max(width, pageHeight) > EDGE_PIXELS_MAX || width * pageHeight * pages > pixelsMax) return { unfit: 'too-many-pixels', type }
    return await rework(sharp(source, options), folder, pages > 1)
  } catch (error) {
    if (/exceeds pixel limit/i.test(String(error))) return { unfit: 'too-many-pixels', type }
    return { unfit: 'broken', type }
  }
}

async function rework(original: Sharp, folder: string, animated: boolean): Promise<Image> {
  const [image, preview] = [join(folder, 'image.webp'), join(folder, 'preview.webp')]
  // Everything that stands beside the pixels is left out, and their colours come as sRGB: what a file says of its maker and place is gone.
  const kept = await fitInto(animated ? original : original.autoOrient(), animated ? ANIMATED_EDGE : KEPT_EDGE)
    .webp(animated ? { quality: 75, effort: 2 } : { quality: 82, effort: 4, smartSubsample: true })
    .toFile(image)
  const shown = await fitInto(sharp(image), PREVIEW_EDGE).webp({ quality: 75, effort: 4 }).toFile(preview)
  return {
    width: kept.width,
    height: kept.pageHeight ?? kept.height,
    image: { path: image, bytes: kept.size },
    preview: { path: preview, bytes: shown.size },
    contentType: 'image/webp',
    placeholder: await thumbhash(preview),
    blurhash: await blurhash(preview),
  }
}

function fitInto(image: Sharp, edge: number): Sharp {
  return image.resize(edge, edge, { fit: 'inside', withoutEnlargement: true })
}

async function thumbhash(preview: string): Promise<string> {
  const { data, info } = await pixelsOf(preview, THUMB_EDGE)
  return Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString('base64')
}

async function blurhash(preview: string): Promise<string> {
  const { data, info } = await pixelsOf(preview, BLURHASH_EDGE)
  return blurhashOf(new Uint8ClampedArray(data), info.width, info.height, BLURHASH_PARTS.x, BLURHASH_PARTS.y)
}

function pixelsOf(preview: string, edge: number) {
  return fitInto(sharp(preview), edge).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
}
