/** Reads the YAML or JSON of a tenant document and remembers where each value stands. */
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import type { DocumentPath, Fault } from './document-error.ts'

const MAX_DOCUMENT_BYTES = 256 * 1024
/** Names that a JavaScript object inherits; as keys they would find what nobody wrote. */
const INHERITED = ['__proto__', 'constructor', 'prototype']
const STANDARD_TAG = 'tag:yaml.org,2002:'

export interface ReadDocument {
  /** Undefined where the text is no document. */
  readonly value: unknown
  readonly faults: readonly Fault[]
  /** Place of a value, or of the nearest one around it. */
  locate(path: DocumentPath): { line: number; column: number } | undefined
}

export function readDocument(text: string): ReadDocument {
  const faults: Fault[] = []
  if (Buffer.byteLength(text) > MAX_DOCUMENT_BYTES) {
    const message = `the document is larger than ${MAX_DOCUMENT_BYTES / 1024} KiB`
    return {
      value: undefined,
      faults: [{ path: [], message, hint: 'split it into several tenants' }],
      locate: () => undefined,
    }
  }
  const lines = new LineCounter()
  const offsets = new Map<string, number>()
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  const syntax: { offset: number }[] = []
  const locate = (path: DocumentPath) => {
    if (syntax[0] !== undefined) return at(syntax[0].offset)
    for (let length = path.length; length >= 0; length--) {
      const offset = offsets.get(JSON.stringify(path.slice(0, length)))
      if (offset !== undefined) return at(offset)
    }
    return undefined
  }
  try {
    const document = parseDocument(text, {
      version: '1.2',
      schema: 'core',
      // The parser compares each key with every other; `walk` looks them up.
      uniqueKeys: false,
      lineCounter: lines,
      prettyErrors: false,
      logLevel: 'error',
      stringKeys: true,
    })
    for (const problem of [...document.errors, ...document.warnings]) {
      syntax.push({ offset: problem.pos[0] })
      const { line, column } = at(problem.pos[0])
      const message = `the YAML cannot be read at line ${line}, column ${column}: ${problem.message.split('\n')[0]}`
      faults.push({ path: [], message, hint: hintFor(problem.code) })
    }
    if (syntax.length > 0) return { value: undefined, faults, locate }
    walk(document.contents, [], offsets, faults)
    if (faults.some(({ message }) => message.startsWith('an alias')))
      return { value: undefined, faults, locate }
    return { value: document.toJS({ maxAliasCount: 0 }), faults, locate }
  } catch (error) {
    const message = `the document cannot be read: ${error instanceof Error ? error.message : 'unknown'}`
    return {
      value: undefined,
      faults: [{ path: [], message, hint: 'write plain YAML or JSON' }],
      locate,
    }
  }
}

function hintFor(code: string): string {
  if (code === 'MULTIPLE_DOCS') return 'write one document a file'
  if (code === 'TAG_RESOLVE_FAILED') return 'leave the tag out'
  return 'check indentation, quotes and brackets; values that start with {{ or * need quotes'
}

function walk(
  node: Node | null,
  path: DocumentPath,
  offsets: Map<string, number>,
  faults: Fault[],
): void {
  if (node === null) return
  if (node.range) {
    const key = JSON.stringify(path)
    if (!offsets.has(key)) offsets.set(key, node.range[0])
  }
  if (isAlias(node)) {
    faults.push({ path, message: 'an alias (*name) stands here', hint: 'write the value out' })
    return
  }
  if (node.tag?.startsWith(STANDARD_TAG) === false)
    faults.push({ path, message: `the tag ${node.tag} is not known`, hint: 'leave the tag out' })
  if (isSeq<Node>(node)) {
    for (const [index, item] of node.items.entries()) walk(item, [...path, index], offsets, faults)
  } else if (isMap<Node, Node | null>(node)) {
    const names = new Set<string>()
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : ''
      const inner = [...path, name]
      if (names.has(name))
        faults.push({
          path: inner,
          message: `the key ${name} stands twice`,
          hint: 'write each key once',
        })
      names.add(name)
      if (key.range) offsets.set(JSON.stringify(inner), key.range[0])
      if (INHERITED.includes(name))
        faults.push({
          path: inner,
          message: `the field ${name} is not known`,
          hint: 'take another name',
        })
      walk(value, inner, offsets, faults)
    }
  }
}
