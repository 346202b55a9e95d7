/** Splits a resource or condition value into literal text, IAM's wildcards and IAM's variables. */

export type PolicyTextPart =
  /** `${*}`, `${?}` and `${$}` are literal text: the character itself. */
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'wildcard'; readonly text: '*' | '?' }
  | PolicyVariable

interface PolicyVariable {
  readonly kind: 'variable'
  /** As written, for example `${aws:PrincipalTag/team, 'none'}`. */
  readonly text: string
  /** The condition key whose value it becomes, as written: keys are compared without case. */
  readonly key: string
  /** Used where the request does not have the key. */
  readonly defaultValue?: string
}

/** The source of the regular expression of `${*}`, `${?}` and `${$}`. */
export const ESCAPE_PATTERN = String.raw`\$\{[*?$]\}`

/**
 * The source of the regular expression of one variable: a key with its service, which may be an
 * issuer (`${id.acme.example:sub}`), and a default value in single quotes.
 * @see IAM User Guide, "IAM policy elements: Variables and tags"
 */
export const VARIABLE_PATTERN = [
  String.raw`\$\{[A-Za-z0-9][\w./-]*:[^\s{}$*?',]`,
  String.raw`(?:[^{}$*?',]*[^\s{}$*?',])?(?:, '[^'{}$*?]*')?\}`,
].join('')

const TOKEN = new RegExp(`(${ESCAPE_PATTERN})|(${VARIABLE_PATTERN})|([*?])|\\$\\{|[^$*?]+|.`, 'gsu')
const VARIABLE_PARTS = /^\$\{([^,]+)(?:, '(.*)')?\}$/s

/** @returns undefined where a `${` does not begin a variable */
export function splitPolicyText(text: string): PolicyTextPart[] | undefined {
  const parts: PolicyTextPart[] = []
  for (const [token, escaped, variable, wildcard] of text.matchAll(TOKEN)) {
    if (token === '${') return undefined
    if (variable !== undefined) parts.push(readVariable(variable))
    else if (wildcard === '*' || wildcard === '?') parts.push({ kind: 'wildcard', text: wildcard })
    else appendLiteral(parts, escaped === undefined ? token : escaped.slice(2, 3))
  }
  return parts
}

function readVariable(text: string): PolicyVariable {
  const [, key = '', defaultValue] = VARIABLE_PARTS.exec(text) ?? []
  return { kind: 'variable', text, key, ...(defaultValue === undefined ? {} : { defaultValue }) }
}

function appendLiteral(parts: PolicyTextPart[], text: string): void {
  const last = parts.at(-1)
  if (last?.kind === 'literal')
    parts[parts.length - 1] = { kind: 'literal', text: last.text + text }
  else parts.push({ kind: 'literal', text })
}
