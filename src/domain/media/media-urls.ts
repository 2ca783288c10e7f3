/** How a row names the first medium of its post where others have a URL: what is before the name in the address may change. */
const STORED = /^media:([\w-]{22})$/
const FILE_IN_URL = /^https?:\/\/[^?#]*\/([\w-]{22})\.webp$/

export function storedUrl(name: string): string {
  return `media:${name}`
}

/** The name of the medium that a stored URL, or the address of an image, means; undefined for every other URL. */
export function nameInUrl(url: string | null): string | undefined {
  return url === null ? undefined : (STORED.exec(url) ?? FILE_IN_URL.exec(url))?.[1]
}

export function isStoredUrl(url: string | null): boolean {
  return url !== null && STORED.test(url)
}

/** The files of a medium, as the storage and the address name them. */
export function filesOf(name: string): { image: string; preview: string } {
  return { image: `${name}.webp`, preview: `${name}.preview.webp` }
}

/** Whether an address may name a file: others are not looked for. */
export function isFileName(text: string): boolean {
  return /^[\w-]{22}(\.preview)?\.webp$/.test(text)
}

export interface MediaUrls {
  image(name: string): string
  preview(name: string): string
  /** What a client is told of a stored URL: the medium's address, or the URL as it is. */
  shown(stored: string | null): string | null
}

/** Addresses below `base`, which has no slash at its end. */
export function openMediaUrls(base: string): MediaUrls {
  const image = (name: string) => `${base}/${filesOf(name).image}`
  return {
    image,
    preview: (name) => `${base}/${filesOf(name).preview}`,
    shown: (stored) => {
      const name = stored === null ? undefined : STORED.exec(stored)?.[1]
      return name === undefined ? stored : image(name)
    },
  }
}
