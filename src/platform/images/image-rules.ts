/** What is taken, by its content, and the name that libvips has for it. */
export const ACCEPTED_TYPES: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/apng': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/avif': 'heif',
}
export const EDGE_PIXELS_MAX = 16_384
export const FRAMES_MAX = 500

/** What is kept: whatever is larger is scaled down. */
export const KEPT_EDGE = 2560
export const ANIMATED_EDGE = 720
export const PREVIEW_EDGE = 640

/** An image as it is kept. Its files stand in the folder that was given. */
export interface Image {
  width: number
  height: number
  image: { path: string; bytes: number }
  preview: { path: string; bytes: number }
  contentType: 'image/webp'
  /** A thumbhash, base64. */
  placeholder: string
  blurhash: string
}

/** Why a file is not taken: of another kind, broken or cut off, too many pixels or frames. */
export type Unfit = 'other-type' | 'broken' | 'too-many-pixels' | 'too-many-frames'

export interface Refused {
  unfit: Unfit
  /** The type that its content was recognised by. */
  type?: string | undefined
}
