/**
 * Pictures of 16 × 16 pixels in 12 colors, as PNG files. They are written here and not by a canvas,
 * so that the same picture is the same file in every browser.
 */

export const PIXELS = 16
/** Names are for users who do not see the colors. The first is the background. */
export const PICTURE_COLORS = [
  { name: 'night', rgb: [16, 26, 61] },
  { name: 'black', rgb: [8, 8, 12] },
  { name: 'white', rgb: [255, 250, 240] },
  { name: 'grey', rgb: [138, 143, 163] },
  { name: 'amber', rgb: [255, 196, 77] },
  { name: 'orange', rgb: [240, 125, 58] },
  { name: 'red', rgb: [208, 59, 72] },
  { name: 'pink', rgb: [244, 143, 177] },
  { name: 'violet', rgb: [138, 99, 210] },
  { name: 'blue', rgb: [64, 138, 228] },
  { name: 'green', rgb: [63, 163, 95] },
  { name: 'brown', rgb: [120, 78, 48] },
] as const

/** Of each pixel, row by row, the index of its color. */
export type Picture = readonly number[]

/** @returns a lantern, which is what a player has who did not draw anything */
export function defaultPicture(): Picture {
  const rows = [
    ...['................', '......BBBB......', '.....B....B.....', '.....BBBBBB.....'],
    ...['....BBBBBBBB....', '.....B4444B.....', '....B442244B....', '....B422224B....'],
    ...['....B422224B....', '....B442244B....', '....B455554B....', '.....B5555B.....'],
    ...['....BBBBBBBB....', '.....BBBBBB.....', '................', '................'],
  ]
  return [...rows.join('')].map((sign) => (sign === '.' ? 0 : Number.parseInt(sign, 16)))
}

export function encodePng(picture: Picture): Uint8Array<ArrayBuffer> {
  const rows = Array.from({ length: PIXELS }, (_, row) => [
    0,
    ...picture.slice(row * PIXELS, (row + 1) * PIXELS),
  ]).flat()
  return Uint8Array.from([
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    // Eight bits per pixel, which are an index of the palette.
    ...chunk('IHDR', [...bigEndian(PIXELS), ...bigEndian(PIXELS), 8, 3, 0, 0, 0]),
    ...chunk(
      'PLTE',
      PICTURE_COLORS.flatMap(({ rgb }) => [...rgb]),
    ),
    ...chunk('IDAT', zlibStored(rows)),
    ...chunk('IEND', []),
  ])
}

/** @param rgba four bytes per pixel, as a canvas has them */
export function nearestColors(rgba: ArrayLike<number>): Picture {
  return Array.from({ length: PIXELS * PIXELS }, (_, pixel) => {
    const channel = (offset: number) => rgba[pixel * 4 + offset] ?? 0
    const distances = PICTURE_COLORS.map(({ rgb: [red, green, blue] }) =>
      Math.hypot(channel(0) - red, channel(1) - green, channel(2) - blue),
    )
    return distances.indexOf(Math.min(...distances))
  })
}

function chunk(type: string, data: readonly number[]): readonly number[] {
  const body = [...[...type].map((letter) => letter.charCodeAt(0)), ...data]
  return [...bigEndian(data.length), ...body, ...bigEndian(crc32(body))]
}

/** Not compressed: the picture has 272 bytes. */
function zlibStored(data: readonly number[]): readonly number[] {
  const { length } = data
  const sizes = [length & 255, length >> 8, ~length & 255, (~length >> 8) & 255]
  return [0x78, 0x01, 0x01, ...sizes, ...data, ...bigEndian(adler32(data))]
}

function bigEndian(value: number): readonly number[] {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255)
}

function crc32(data: readonly number[]): number {
  let crc = 0xffffffff
  for (const byte of data) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return (crc ^ 0xffffffff) >>> 0
}

function adler32(data: readonly number[]): number {
  let [a, b] = [1, 0]
  for (const byte of data) {
    a = (a + byte) % 65521
    b = (b + a) % 65521
  }
  return ((b << 16) | a) >>> 0
}
