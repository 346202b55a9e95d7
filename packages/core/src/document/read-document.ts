/** Reads the YAML or JSON of a tenant document and remembers the place of each value. */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
} from 'yaml'
import { type DocumentPath, type Problem, unknownField } from './document-problem.ts'
import { type PlainValue, withQuotes } from './plain-value.ts'
import { suggestQuotes } from './suggest-quotes.ts'

const MAX_DOCUMENT_BYTES = 256 * 1024
/** JavaScript objects inherit members of these names, which a look-up would find. */
const INHERITED_NAMES = ['__proto__', 'constructor', 'prototype']
const STANDARD_TAG = 'tag:yaml.org,2002:'

export interface ReadDocument {
  /** Undefined where the text could not be read. */
  readonly value: unknown
  readonly problems: readonly Problem[]
  /** In the order of the document. */
  readonly plainValues: readonly PlainValue[]
  /** Place of a value, or of the nearest value around it. */
  locate(path: DocumentPath): { line: number; column: number } | undefined
}

/** What reading collects beside the value. */
interface Inspection {
  readonly text: string
  readonly offsets: Map<string, number>
  readonly problems: Problem[]
  readonly plainValues: PlainValue[]
}

export function readDocument(text: string): ReadDocument {
  const problems: Problem[] = []
  const plainValues: PlainValue[] = []
  if (Buffer.byteLength(text) > MAX_DOCUMENT_BYTES) {
    const message = `the document is larger than ${MAX_DOCUMENT_BYTES / 1024} KiB`
    return {
      value: undefined,
      problems: [{ path: [], message, hint: 'split it into several tenants' }],
      plainValues,
      locate: () => undefined,
    }
  }
  const lines = new LineCounter()
  const offsets = new Map<string, number>()
  const placeOf = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  let syntaxErrorOffset: number | undefined
  const locate = (path: DocumentPath) => {
    if (syntaxErrorOffset !== undefined) return placeOf(syntaxErrorOffset)
    for (let length = path.length; length >= 0; length--) {
      const offset = offsets.get(JSON.stringify(path.slice(0, length)))
      if (offset !== undefined) return placeOf(offset)
    }
    return undefined
  }
  try {
    const document = parseDocument(text, {
      version: '1.2',
      schema: 'core',
      // The parser compares each key with every other one; `inspectNode` looks them up in a set.
      uniqueKeys: false,
      lineCounter: lines,
      prettyErrors: false,
      logLevel: 'error',
      stringKeys: true,
    })
    // Each further error of syntax usually follows from the first one.
    const [error] = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0])
    if (error !== undefined) {
      syntaxErrorOffset = error.pos[0]
      const { line, column } = placeOf(syntaxErrorOffset)
      const place = `line ${line}, column ${column}`
      const message = `the YAML cannot be parsed at ${place}: ${error.message.split('\n')[0]}`
      const quoted = suggestQuotes(text.split('\n')[line - 1] ?? '')
      const hint = quoted === undefined ? hintFor(error.code) : `write it in quotes: ${quoted}`
      problems.push({ path: [], message, hint })
    }
    const unreadable = { value: undefined, problems, plainValues, locate }
    if (syntaxErrorOffset !== undefined) return unreadable
    const inspection = { text, offsets, problems, plainValues }
    const { hasAlias } = inspectNode(document.contents, [], inspection)
    if (hasAlias) return unreadable
    return { ...unreadable, value: document.toJS({ maxAliasCount: 0 }) }
  } catch (error) {
    const detail = error instanceof Error ? error.message : 'unknown error'
    const message = `the document cannot be read: ${detail}`
    return {
      value: undefined,
      problems: [{ path: [], message, hint: 'write plain YAML or JSON' }],
      plainValues,
      locate,
    }
  }
}

function hintFor(code: string): string {
  if (code === 'MULTIPLE_DOCS') return 'write one document per file'
  if (code === 'TAG_RESOLVE_FAILED') return 'remove the tag'
  return 'check indentation, quotes and brackets; values that start with {{ or * need quotes'
}

/** Records the place of each value, and reports what YAML allows but a tenant document does not. */
function inspectNode(
  node: Node | null,
  path: DocumentPath,
  inspection: Inspection,
): { hasAlias: boolean } {
  const { offsets, problems, plainValues } = inspection
  if (node === null) return { hasAlias: false }
  if (node.range) {
    const key = JSON.stringify(path)
    if (!offsets.has(key)) offsets.set(key, node.range[0])
  }
  if (isAlias(node)) {
    const message = 'aliases (*name) are not supported'
    problems.push({ path, message, hint: 'write the value out' })
    return { hasAlias: true }
  }
  if (node.tag?.startsWith(STANDARD_TAG) === false)
    problems.push({ path, message: `unknown tag ${node.tag}`, hint: 'remove the tag' })
  if (isScalar(node) && typeof node.value === 'string' && !node.value.isWellFormed())
    problems.push({
      path,
      message: 'the text is not well-formed Unicode',
      hint: 'write a surrogate escape (\\uD800 to \\uDFFF) only as one of a pair',
    })
  let hasAlias = false
  const inspectChild = (child: Node | null, childPath: DocumentPath) => {
    if (inspectNode(child, childPath, inspection).hasAlias) hasAlias = true
  }
  if (isScalar(node)) {
    const plainValue = readPlainValue(node, path, inspection.text)
    if (plainValue) plainValues.push(plainValue)
  }
  if (isSeq<Node>(node)) {
    for (const [index, item] of node.items.entries()) inspectChild(item, [...path, index])
  } else if (isMap<Node, Node | null>(node)) {
    const names = new Set<string>()
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : ''
      const childPath = [...path, name]
      if (names.has(name))
        problems.push({
          path: childPath,
          message: `duplicate key ${name}`,
          hint: 'write each key once',
        })
      names.add(name)
      if (key.range) offsets.set(JSON.stringify(childPath), key.range[0])
      if (INHERITED_NAMES.includes(name))
        problems.push({ path: childPath, message: unknownField(name), hint: 'use another name' })
      if (!name.isWellFormed())
        problems.push({
          path,
          message: 'a key is not well-formed Unicode',
          hint: 'write a surrogate escape (\\uD800 to \\uDFFF) only as one of a pair',
        })
      inspectChild(value, childPath)
    }
  }
  return { hasAlias }
}

function readPlainValue(
  { value, source, type, range }: Scalar,
  path: DocumentPath,
  text: string,
): PlainValue | undefined {
  if (typeof value !== 'number' && typeof value !== 'boolean' && value !== null) return undefined
  if (type !== 'PLAIN' || source === undefined || !range) return undefined
  return { path, value, source, quotedLine: () => withQuotes(text, range[0], range[1], path) }
}
