/** Inserts a call at the start of each function of a source file, and lists the functions. */
import { type Function as OrdinaryFunction, parseSync, type Span, Visitor } from 'oxc-parser'

export interface OwnFunction {
  /** `core/trace.ts:recordCheck`; undefined for an anonymous function. */
  readonly label: string | undefined
  /** The label of the innermost named function around it, or the file where there is none. */
  readonly within: string
  readonly file: string
}

export interface Instrumented {
  readonly code: string
  /** @returns the innermost function at a place in the code; both numbers start at 1 */
  functionAt(line: number, column: number): OwnFunction | undefined
}

interface Place {
  readonly own: OwnFunction
  readonly start: number
  readonly end: number
}

/** @returns the code of the call at the start of the function's body */
type CallOf = (own: OwnFunction) => string

/**
 * Line numbers do not change, so that those in a stack are those of the file.
 * @param file as it is shown, such as `core/trace.ts`
 */
export function instrument(file: string, text: string, callOf: CallOf): Instrumented {
  const { program, errors } = parseSync('source.ts', text)
  if (errors[0]) throw new Error(`${file}: ${errors[0].message}`)
  const names = new Map<Span, string>()
  const around: OwnFunction[] = []
  const places: Place[] = []
  const insertions: { readonly at: number; readonly text: string }[] = []

  const nameAfter = (key: Span & { name?: unknown }, value: Span | null) => {
    // The text of a declared variable includes its type, so the name is preferred.
    const known = typeof key.name === 'string' ? key.name : text.slice(key.start, key.end)
    if (value) names.set(value, known)
  }
  const enter = (node: Span, ownName: string | undefined, body: Span, isExpression: boolean) => {
    const name = names.get(node) ?? ownName
    const label = name && `${file}:${name}`
    const own = { label, within: label ?? around.at(-1)?.within ?? file, file }
    around.push(own)
    places.push({ own, start: node.start, end: node.end })
    if (isExpression) {
      insertions.push({ at: body.start, text: `(${callOf(own)}, (` })
      insertions.push({ at: body.end, text: '))' })
    } else insertions.push({ at: body.start + 1, text: `${callOf(own)};` })
  }
  const enterOrdinary = (node: OrdinaryFunction) => {
    if (node.body) enter(node, node.id?.name, node.body, false)
  }
  const leave = ({ body }: { body: Span | null }) => {
    if (body) around.pop()
  }

  new Visitor({
    VariableDeclarator: ({ id, init }) => nameAfter(id, init),
    AssignmentExpression: ({ left, right }) => nameAfter(left, right),
    Property: ({ key, value }) => nameAfter(key, value),
    PropertyDefinition: ({ key, value }) => nameAfter(key, value),
    MethodDefinition: ({ key, value }) => nameAfter(key, value),
    FunctionDeclaration: enterOrdinary,
    FunctionExpression: enterOrdinary,
    ArrowFunctionExpression: (node) => enter(node, undefined, node.body, node.expression),
    'FunctionDeclaration:exit': leave,
    'FunctionExpression:exit': leave,
    'ArrowFunctionExpression:exit': leave,
  }).visit(program)

  let code = ''
  let copied = 0
  const shifts: { readonly from: number; readonly by: number }[] = []
  for (const { at, text: inserted } of insertions.sort((a, b) => a.at - b.at)) {
    code += text.slice(copied, at)
    shifts.push({ from: code.length, by: inserted.length })
    code += inserted
    copied = at
  }
  code += text.slice(copied)
  const lineStarts = [0, ...[...code.matchAll(/\n/g)].map(({ index }) => index + 1)]

  return {
    code,
    functionAt(line, column) {
      const offset = (lineStarts[line - 1] ?? 0) + column - 1
      const inserted = shifts
        .filter(({ from }) => from < offset)
        .reduce((sum, { from, by }) => sum + Math.min(by, offset - from), 0)
      const at = offset - inserted
      // Functions are listed in the order of their start; the last match is the innermost.
      return places.findLast(({ start, end }) => start <= at && at < end)?.own
    },
  }
}
