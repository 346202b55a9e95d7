/**
 * A strict reader of the XML that S3's clients send: elements and text, and nothing else.
 *
 * Document types, comments, CDATA sections and processing instructions are refused, so that no
 * entity can be declared or expanded. Attributes are read over: in S3's requests they only declare
 * namespaces and types.
 */
import { malformedXml } from '../s3-refusal.ts'

export interface RequestElement {
  /** Without its prefix. */
  readonly name: string
  /** The elements within it, in their order. */
  readonly children: readonly RequestElement[]
  /** Of an element without elements: its text, decoded, white space included. */
  readonly text: string
}

const MAX_DEPTH = 8
/** 10,000 parts of a multipart upload, each with its number, ETag and checksums. */
const MAX_ELEMENTS = 80_000

const DECLARATION =
  /^\ufeff?<\?xml version=["']1\.0["'](?: encoding=["']utf-8["'])?[^<>?]{0,40}\?>/i
const START =
  /<((?:[\w.-]+:)?[A-Za-z_][\w.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y
const END = /<\/((?:[\w.-]+:)?[A-Za-z_][\w.-]*)\s*>/y
const REFERENCE = /&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|(amp|lt|gt|quot|apos));|&/g
const PREDEFINED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

interface OpenElement {
  readonly written: string
  readonly children: RequestElement[]
  text: string
}

/**
 * @param bytes bounded by the caller
 * @param root the name of the only element at the top
 * @throws {AwsRefusal} `MalformedXML`
 */
export function readRequestXml(bytes: Buffer, root: string): RequestElement {
  const text = decodeUtf8(bytes)
  const open: OpenElement[] = []
  let found: RequestElement | undefined
  let elements = 0
  let at = DECLARATION.exec(text)?.[0].length ?? 0
  while (at < text.length) {
    const next = text.indexOf('<', at)
    const end = next === -1 ? text.length : next
    addText(text.slice(at, end), open.at(-1))
    if (next === -1) break
    if (text[next + 1] === '/') {
      END.lastIndex = next
      const written = END.exec(text)?.[1]
      const closed = open.pop()
      if (closed === undefined || written !== closed.written) throw malformedXml()
      const element = finish(closed)
      const parent = open.at(-1)
      if (parent) parent.children.push(element)
      else found = element
      at = END.lastIndex
      continue
    }
    START.lastIndex = next
    const [tag, written, , slash] = START.exec(text) ?? []
    if (tag === undefined || written === undefined) throw malformedXml()
    if (found !== undefined || open.length >= MAX_DEPTH || ++elements > MAX_ELEMENTS)
      throw malformedXml()
    const started = { written, children: [], text: '' }
    at = next + tag.length
    if (slash !== '/') {
      open.push(started)
      continue
    }
    const parent = open.at(-1)
    if (parent) parent.children.push(finish(started))
    else found = finish(started)
  }
  if (found === undefined || open.length > 0 || found.name !== root) throw malformedXml()
  return found
}

/** @returns the text of the only child of this name, or undefined if there is none */
export function childText(element: RequestElement, name: string): string | undefined {
  const found = element.children.filter((child) => child.name === name)
  if (found.length > 1 || (found[0]?.children.length ?? 0) > 0) throw malformedXml()
  return found[0]?.text
}

/** An element that S3's schema does not have here may mean something that would be ignored. */
export function demandChildren(element: RequestElement, names: readonly string[]): void {
  if (element.children.some(({ name }) => !names.includes(name))) throw malformedXml()
}

function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw malformedXml()
  }
}

function addText(raw: string, parent: OpenElement | undefined): void {
  if (parent !== undefined) parent.text += decodeReferences(raw)
  else if (/\S/.test(raw)) throw malformedXml()
}

/** Text between elements can only be white space. */
function finish({ written, children, text }: OpenElement): RequestElement {
  if (children.length > 0 && /\S/.test(text)) throw malformedXml()
  return { name: written.slice(written.indexOf(':') + 1), children, text }
}

function decodeReferences(raw: string): string {
  return raw.replace(REFERENCE, (_, decimal, hexadecimal, name) => {
    if (name !== undefined) return PREDEFINED[name] ?? ''
    if (decimal === undefined && hexadecimal === undefined) throw malformedXml()
    const code = decimal === undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal)
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) throw malformedXml()
    return String.fromCodePoint(code)
  })
}
