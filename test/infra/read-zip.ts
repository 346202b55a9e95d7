/** Reads the files of a ZIP archive that SST created (PKWARE APPNOTE 4.3, deflated or stored). */
import { inflateRawSync } from 'node:zlib'

const END_OF_DIRECTORY = 0x06054b50
const END_LENGTH = 22
const DEFLATED = 8

export function readZip(archive: Buffer): Readonly<Record<string, Buffer>> {
  const end = archive.length - END_LENGTH
  if (archive.readUInt32LE(end) !== END_OF_DIRECTORY)
    throw new Error('Expected a ZIP archive without a comment.')
  const files: Record<string, Buffer> = {}
  let at = archive.readUInt32LE(end + 16)
  for (let count = archive.readUInt16LE(end + 10); count > 0; count--) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) =>
      archive.readUInt16LE(at + offset),
    )
    const name = archive.toString('utf8', at + 46, at + 46 + (nameLength ?? 0))
    const header = archive.readUInt32LE(at + 42)
    const start =
      header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28)
    const packed = archive.subarray(start, start + archive.readUInt32LE(at + 20))
    if (!name.endsWith('/'))
      files[name] = archive.readUInt16LE(at + 10) === DEFLATED ? inflateRawSync(packed) : packed
    at += 46 + (nameLength ?? 0) + (extraLength ?? 0) + (commentLength ?? 0)
  }
  return files
}
