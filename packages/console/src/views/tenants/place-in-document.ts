/** Where in a YAML or JSON document the cursor is, by its lines and their indentation. */

export interface DocumentPlace {
  /** Whether a key or a value is being written. */
  readonly kind: 'key' | 'value'
  /** The keys and positions that lead to it; with `value`, the last one is its own key. */
  readonly path: readonly (string | number)[]
  /** What is written of it before the cursor. */
  readonly word: string
  /** Other keys of the same mapping, with their plain values. */
  readonly siblings: ReadonlyMap<string, string>
  /** Whether it is between braces of one line. */
  readonly isFlow: boolean
}

interface Line {
  /** Of what follows the dashes. */
  readonly indent: number
  /** The columns of the dashes that begin items of lists. */
  readonly dashes: readonly number[]
  readonly key: string
  readonly value: string
  readonly isEmpty: boolean
}

interface Step {
  readonly indent: number
  readonly step: string | number
}

const LINE = /^(?<lead>(?: *- +)*) *(?:["']?(?<key>[\w$.:/@-]+?)["']?\s*:(?:\s+|$))?(?<value>.*)$/

/** A text may be half written: an approximation that is wrong offers nothing harmful. */
export function placeInDocument(text: string, cursor: number): DocumentPlace {
  const before = text.slice(0, cursor).split('\n')
  const current = readLine(before.pop() ?? '')
  const after = text.slice(cursor).split('\n').slice(1)
  const above = before.map(readLine)
  const path = pathOf([...above, { ...current, key: '', isEmpty: false }])
  const { key, value } = current
  const flow = flowPlace(value)
  if (flow !== undefined)
    return { ...flow, path: [...path, ...(key === '' ? [] : [key]), ...flow.path] }
  if (key !== '') return { kind: 'value', path: [...path, key], word: unquoted(value), ...NONE }
  if (/^["']/.test(value)) return { kind: 'value', path, word: unquoted(value), ...NONE }
  const siblings = siblingsOf(above, current, after.map(readLine))
  return { kind: 'key', path, word: value, siblings, isFlow: false }
}

const NONE = { siblings: new Map<string, string>(), isFlow: false }

function unquoted(value: string): string {
  return value.replace(/^["']/, '')
}

function readLine(line: string): Line {
  const { lead = '', key = '', value = '' } = LINE.exec(line)?.groups ?? {}
  const rest = line.slice(lead.length)
  const dashes = [...lead.matchAll(/-/g)].map(({ index }) => index)
  const indent = lead.length + rest.length - rest.trimStart().length
  const isEmpty = line.trim() === '' || line.trim().startsWith('#')
  return { indent, dashes, key, value: value.replace(/\s+#.*$/, ''), isEmpty }
}

/** The keys and positions that lead to the last line. */
function pathOf(lines: readonly Line[]): readonly (string | number)[] {
  const steps: Step[] = []
  const leave = (isLeft: (step: Step) => boolean) => {
    for (let last = steps.at(-1); last && isLeft(last); last = steps.at(-1)) steps.pop()
  }
  for (const { indent, dashes, key, isEmpty } of lines) {
    if (isEmpty) continue
    for (const dash of dashes) {
      // A list may have the indentation of its key.
      leave((step) => step.indent > dash || (step.indent === dash && step.step === 0))
      steps.push({ indent: dash, step: 0 })
    }
    leave((step) => step.indent >= indent)
    if (key !== '') steps.push({ indent, step: key })
  }
  return steps.map(({ step }) => step)
}

/** Other keys of the same mapping: with the same indentation, and nothing outside in between. */
function siblingsOf(above: readonly Line[], current: Line, below: readonly Line[]) {
  const found = new Map<string, string>()
  const { indent } = current
  for (const line of current.dashes.length > 0 ? [] : above.toReversed()) {
    if (line.isEmpty) continue
    if (line.indent < indent) break
    if (line.indent === indent && line.key !== '') found.set(line.key, unquoted(line.value))
    if (line.indent === indent && line.dashes.length > 0) break
  }
  for (const line of below) {
    if (line.isEmpty) continue
    if (line.indent < indent || (line.indent === indent && line.dashes.length > 0)) break
    if (line.indent === indent && line.key !== '') found.set(line.key, unquoted(line.value))
  }
  return found
}

/** Within braces that are not closed before the cursor, such as `{ kind: jwt, k`. */
function flowPlace(value: string): DocumentPlace | undefined {
  const open = value.lastIndexOf('{')
  if (open === -1 || value.indexOf('}', open) !== -1) return undefined
  const parts = value.slice(open + 1).split(',')
  const last = parts.pop() ?? ''
  const siblings = new Map(
    parts.map((part) => {
      const [key = '', written = ''] = part.split(':')
      return [key.trim().replaceAll('"', ''), written.trim().replaceAll('"', '')] as const
    }),
  )
  const [key = '', written] = last.split(/:\s*/)
  if (written === undefined)
    return { kind: 'key', path: [], word: key.trim(), siblings, isFlow: true }
  return { kind: 'value', path: [key.trim()], word: unquoted(written), ...NONE, isFlow: true }
}
