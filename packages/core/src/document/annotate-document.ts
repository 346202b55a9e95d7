/** Changes values of a YAML document and adds comments to it, for programs that start one. */
import { type Document, isMap, isNode, isPair, isScalar, type Pair, parseDocument } from 'yaml'

export interface Annotation {
  readonly path: readonly (string | number)[]
  /** Absent: the value stays. */
  readonly value?: unknown
  /** Lines above the field, without `#`. */
  readonly above?: readonly string[]
  /** In the line of the value. */
  readonly beside?: string
}

/**
 * A comment of a field that the document does not have is left out.
 *
 * @param head lines at the top, without `#`
 */
export function annotateDocument(
  text: string,
  annotations: readonly Annotation[],
  head: readonly string[],
): string {
  const document = parseDocument(text)
  for (const { path, value, above, beside } of annotations) {
    if (value !== undefined)
      document.setIn(path, document.createNode(value, { flow: isListOfTexts(value) }))
    const pair = findPair(document, path)
    if (pair === undefined) continue
    if (isScalar(pair.key)) {
      if (above) pair.key.commentBefore = above.map((line) => ` ${line}`).join('\n')
      if (path.length === 1) pair.key.spaceBefore = true
    }
    if (beside !== undefined && isNode(pair.value)) pair.value.comment = ` ${beside}`
  }
  return `${head.map((line) => `# ${line}\n`).join('')}${document.toString({ lineWidth: 0 })}`
}

function findPair(document: Document, path: Annotation['path']): Pair | undefined {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  if (!isMap(parent)) return undefined
  return parent.items.find(
    (pair) => isPair(pair) && isScalar(pair.key) && pair.key.value === path.at(-1),
  )
}

function isListOfTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}
