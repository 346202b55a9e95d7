/** The picture as the player drew it on this device, until it is in S3. */
import type { DeviceStore } from './device-store.ts'
import { PICTURE_COLORS, PIXELS, type Picture } from './pixel-picture.ts'

export interface LocalPicture {
  readonly pixels: Picture
  readonly isUnsaved: boolean
}

const PREFIX = 'marsh.picture.'

/** @param owner a user; empty for the guest of this device */
export function readLocalPicture(store: DeviceStore, owner: string): LocalPicture | undefined {
  try {
    const stored: unknown = JSON.parse(store.get(PREFIX + owner) ?? 'null')
    if (typeof stored !== 'object' || stored === null) return undefined
    const pixels: unknown = Reflect.get(stored, 'pixels')
    return isPicture(pixels)
      ? { pixels, isUnsaved: Reflect.get(stored, 'isUnsaved') === true }
      : undefined
  } catch {
    return undefined
  }
}

export function writeLocalPicture(store: DeviceStore, owner: string, picture: LocalPicture): void {
  store.set(PREFIX + owner, JSON.stringify(picture))
}

export function forgetLocalPicture(store: DeviceStore, owner: string): void {
  store.remove(PREFIX + owner)
}

function isPicture(value: unknown): value is Picture {
  return (
    Array.isArray(value) &&
    value.length === PIXELS * PIXELS &&
    value.every((color) => Number.isInteger(color) && color >= 0 && color < PICTURE_COLORS.length)
  )
}
