/** Shows a picture of the pixel editor, and reads one from a PNG file. */
import { nearestColors, PICTURE_COLORS, PIXELS, type Picture } from '../data/pixel-picture.ts'
import { makeElement } from './element.ts'

export function createPictureView(picture: Picture, label: string): HTMLCanvasElement {
  const canvas = makeElement('canvas', {
    ...{ width: PIXELS, height: PIXELS, class: 'picture', role: 'img', 'aria-label': label },
  })
  paintPicture(canvas, picture)
  return canvas
}

function paintPicture(canvas: HTMLCanvasElement, picture: Picture): void {
  const context = canvas.getContext('2d')
  for (const [index, color] of picture.entries()) {
    if (!context) return
    const [red, green, blue] = PICTURE_COLORS[color]?.rgb ?? [0, 0, 0]
    context.fillStyle = `rgb(${red} ${green} ${blue})`
    context.fillRect(index % PIXELS, Math.floor(index / PIXELS), 1, 1)
  }
}

/** @returns undefined if the file is not a picture */
export async function decodePicture(png: Uint8Array): Promise<Picture | undefined> {
  const blob = new Blob([Uint8Array.from(png)], { type: 'image/png' })
  const bitmap = await createImageBitmap(blob).catch(() => undefined)
  const context = makeElement('canvas', { width: PIXELS, height: PIXELS }).getContext('2d')
  if (!bitmap || !context) return undefined
  context.imageSmoothingEnabled = false
  context.drawImage(bitmap, 0, 0, PIXELS, PIXELS)
  return nearestColors(context.getImageData(0, 0, PIXELS, PIXELS).data)
}
