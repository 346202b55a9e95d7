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
import { createPlaces, type DocumentPlaces, valueRangesOf } from './document-places.ts'
import type { DocumentPath, Place, Problem, ProblemPart } from './document-problem.ts'
import { explainAcceptedText, explainSyntax } from './hints/explain-syntax.ts'
import { type PlainValue, withQuotes } from './plain-value.ts'

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
  locate(path: DocumentPath, part?: ProblemPart): Place | undefined
}

/** What reading collects beside the value. */
interface Inspection {
  readonly text: string
  readonly places: DocumentPlaces
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
  const places = createPlaces(text, lines)
  let syntaxError: readonly [number, number] | undefined
  const locate: ReadDocument['locate'] = (path, part) =>
    syntaxError === undefined ? places.locate(path, part) : places.placeOf(syntaxError)
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
    const explained = error === undefined ? explainAcceptedText(text) : explainSyntax(text, error)
    if (explained !== undefined) {
      const { range, message, hint } = explained
      syntaxError = range
      problems.push({ path: [], message, hint, id: 'yaml-syntax' })
    }
    const unreadable = { value: undefined, problems, plainValues, locate }
    if (syntaxError !== undefined) return unreadable
    const inspection = { text, places, problems, plainValues }
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

/** Records the place of each value, and reports what YAML allows but a tenant document does not. */
function inspectNode(
  node: Node | null,
  path: DocumentPath,
  inspection: Inspection,
): { hasAlias: boolean } {
  const { places, problems, plainValues } = inspection
  if (node === null) return { hasAlias: false }
  places.add(path, valueRangesOf(node))
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
    const names = new Map<string, number>()
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : ''
      const childPath = [...path, name]
      const first = names.get(name)
      if (first !== undefined)
        problems.push({
          path: childPath,
          message: `duplicate key ${name}`,
          hint: `write each key once: it is in line ${places.placeOf([first, first]).line} too`,
          id: 'yaml-syntax',
          at: 'key',
        })
      names.set(name, first ?? key?.range?.[0] ?? 0)
      if (key.range) places.addKey(childPath, [key.range[0], key.range[1]])
      if (INHERITED_NAMES.includes(name))
        problems.push({
          path: childPath,
          message: `unknown field ${name}`,
          hint: 'use another name',
        })
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
