/** What the lists of S3 have in common: pages, common prefixes and the encoding of keys. */
import { invalidArgument } from '../s3-refusal.ts'
import { compareUtf8 } from '../store/sorted-keys.ts'
import { type Xml, xmlElement, xmlText } from './s3-xml.ts'

const MAX_PAGE = 1000

type Parameters = ReadonlyMap<string, string>

/**
 * @returns at most 1,000, which is also the default
 * @throws {AwsRefusal} `InvalidArgument`
 */
export function readPageSize(parameters: Parameters, name: string): number {
  const value = parameters.get(name)
  if (value === undefined || value === '') return MAX_PAGE
  if (/^\d{1,10}$/.test(value) && Number(value) <= 2 ** 31 - 1)
    return Math.min(MAX_PAGE, Number(value))
  throw invalidArgument(name, value, `Argument ${name} must be an integer between 0 and 2147483647`)
}

/** `encoding-type=url`: for keys with characters that XML cannot have. */
export type KeyEncoding = (text: string) => string

/** @throws {AwsRefusal} `InvalidArgument` */
export function readKeyEncoding(parameters: Parameters): KeyEncoding {
  const type = parameters.get('encoding-type')
  if (type === undefined || type === '') return (text) => text
  if (type === 'url') return encodeLikeS3
  throw invalidArgument('encoding-type', type, 'Invalid Encoding Method specified in Request')
}

/** As in a form, but with slashes as they are. */
function encodeLikeS3(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%2F', '/')
    .replaceAll('%20', '+')
    .replaceAll('*', '%2A')
}

export interface Page {
  readonly keys: readonly string[]
  /** Up to the first delimiter after the prefix, in their order. */
  readonly commonPrefixes: readonly string[]
  /** The last key or common prefix, if there are more. */
  readonly last?: string
}

/**
 * @param keysFrom all keys in their order, from the first that is not before a text
 * @param after the key or common prefix after which the page starts; empty: none
 */
export function listPage(
  keysFrom: (start: string) => Iterable<string>,
  options: {
    readonly prefix: string
    readonly delimiter: string
    readonly after: string
    readonly size: number
  },
): Page {
  const { prefix, delimiter, after, size } = options
  const keys: string[] = []
  const commonPrefixes: string[] = []
  let last: string | undefined
  if (size === 0) return { keys, commonPrefixes }
  for (const key of keysFrom(compareUtf8(after, prefix) > 0 ? after : prefix)) {
    // All keys with the prefix are next to each other.
    if (!key.startsWith(prefix)) break
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
    const entry = end === -1 ? key : key.slice(0, end + delimiter.length)
    // The page before may have ended with a common prefix, which includes every key below it.
    if (key === after || entry === after || entry === last) continue
    if (keys.length + commonPrefixes.length === size)
      return { keys, commonPrefixes, ...(last === undefined ? {} : { last }) }
    if (end === -1) keys.push(entry)
    else commonPrefixes.push(entry)
    last = entry
  }
  return { keys, commonPrefixes }
}

export function commonPrefixElements(
  prefixes: readonly string[],
  encode: KeyEncoding,
): readonly Xml[] {
  return prefixes.map((prefix) => xmlElement('CommonPrefixes', xmlText('Prefix', encode(prefix))))
}
