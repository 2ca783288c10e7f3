import sharp from 'sharp'

/** Draws an SVG of our own into a PNG file. What others send is never drawn: SVG runs scripts and reads files. */
export async function drawPicture(svg: string, path: string): Promise<void> {
  await sharp(Buffer.from(svg)).png().toFile(path)
}
