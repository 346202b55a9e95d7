/** Reads the file of compiled tenants: the header when it is opened, other lines when needed. */
import { fstatSync, openSync, readSync } from 'node:fs'
import {
  BrokerError,
  bucketName,
  bucketOf,
  DIRECTORY_LINE_BYTES,
  isObject,
  type NameKind,
  type Place,
  readDirectoryLine,
  TENANTS_FILE_VERSION,
  type TenantsFileHeader,
} from '@token-broker/core'

export interface TenantsFile {
  readonly header: TenantsFileHeader
  /**
   * @returns the value of the name; undefined if the file does not contain the name
   * @throws {BrokerError} `config_invalid` if the file is corrupt at that place
   */
  find(kind: NameKind, name: string): unknown
}

const NEWLINE = 0x0a
/** Enough for the header of a file with few prefetched issuers. */
const FIRST_READ_BYTES = 4096

/** @throws {BrokerError} `config_invalid` if the file is missing or the build did not write it */
export function openTenantsFile(filePath: string): TenantsFile {
  const file = open(filePath)
  const { header, start } = readHeader(file, filePath)
  const { size } = fstatSync(file)

  /** Nothing beyond the end is read: a corrupt place could name a length that fills the memory. */
  const readLine = ([offset, length]: Place): string =>
    start + offset + length > size ? '' : readBytes(file, start + offset, length).toString('utf8')

  const readBucket = (name: string): unknown => {
    const offset = bucketOf(name, header.buckets) * DIRECTORY_LINE_BYTES
    const place = readDirectoryLine(readLine([offset, DIRECTORY_LINE_BYTES]))
    return place && parse(readLine(place))
  }

  return {
    header,
    find(kind, name) {
      // No file contains such a name, and it has no digest.
      if (!name.isWellFormed()) return undefined
      const key = bucketName(kind, name)
      const bucket = readBucket(key)
      // Callers choose the name: `__proto__` and `constructor` must not be found.
      if (isObject(bucket) && !Object.hasOwn(bucket, key)) return undefined
      const place = isObject(bucket) ? bucket[key] : undefined
      const value = isPlace(place) ? parse(readLine(place)) : undefined
      if (value === undefined) throw corrupt(filePath, `the entry of the ${kind} cannot be read`)
      return value
    },
  }
}

function open(filePath: string): number {
  try {
    const file = openSync(filePath, 'r')
    if (fstatSync(file).isDirectory()) throw new Error('EISDIR: it is a directory')
    return file
  } catch (cause) {
    // Such as `EACCES: permission denied, open '/tenants.jsonl'`.
    const [reason = ''] = cause instanceof Error ? cause.message.split(', ') : []
    const message =
      `The tenants file ${filePath} cannot be opened (${reason}); run the build, or correct ` +
      'BROKER_TENANTS_FILE where it is set.'
    throw new BrokerError('config_invalid', message, { cause })
  }
}

function readHeader(file: number, filePath: string): { header: TenantsFileHeader; start: number } {
  for (let bytes = FIRST_READ_BYTES; ; bytes *= 4) {
    const beginning = readBytes(file, 0, bytes)
    const end = beginning.indexOf(NEWLINE)
    if (end === -1 && beginning.length === bytes) continue
    const header = end === -1 ? undefined : parse(beginning.subarray(0, end).toString('utf8'))
    if (isHeader(header)) return { header, start: end + 1 }
    throw corrupt(filePath, `it has no header of version ${TENANTS_FILE_VERSION}`)
  }
}

/** @returns fewer bytes than `length` if the file ends before */
function readBytes(file: number, offset: number, length: number): Buffer {
  const buffer = Buffer.alloc(length)
  let filled = 0
  while (filled < length) {
    const read = readSync(file, buffer, filled, length - filled, offset + filled)
    if (read === 0) break
    filled += read
  }
  return buffer.subarray(0, filled)
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** The build checks all values before it writes them; this finds files of another kind. */
function isHeader(value: unknown): value is TenantsFileHeader {
  if (!isObject(value) || value.version !== TENANTS_FILE_VERSION || !Array.isArray(value.prefetch))
    return false
  const { buckets, tenants, minting } = value
  return isCount(buckets) && buckets > 0 && isCount(tenants) && isCount(minting)
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}

function isPlace(value: unknown): value is Place {
  return (
    Array.isArray(value) &&
    value.length === 2 &&
    value.every((number) => Number.isSafeInteger(number) && number >= 0)
  )
}

function corrupt(filePath: string, found: string): BrokerError {
  const message = `The tenants file ${filePath} is corrupt: ${found}; run the build again.`
  return new BrokerError('config_invalid', message)
}
