/** Texts of a policy as tokens: characters, wildcards, and slots and variables as unknown texts. */
import { parseConditionOperator } from '../../policy/condition-operator.ts'
import { ESCAPE_PATTERN } from '../../policy/policy-text.ts'
import { type DeclaredAttributes, parseTemplate } from '../template/parse-template.ts'

export type PatternToken = {
  /** As it is written in a policy. */
  readonly text: string
} & (
  | { readonly kind: 'character'; readonly character: string }
  /** `?` */
  | { readonly kind: 'one' }
  /** `*` */
  | { readonly kind: 'any' }
  /** A slot or a variable: a text that is not known, and the same wherever its name appears. */
  | { readonly kind: 'symbol'; readonly name: string }
)

/** How IAM compares a text. */
export interface TextComparison {
  /** Whether `*` and `?` are wildcards. */
  readonly hasWildcards: boolean
  readonly ignoresCase: boolean
}

const CHARACTER = new RegExp(`(${ESCAPE_PATTERN})|.`, 'gsu')

/** The comparison of a string or ARN operator. */
export function textComparisonOf(operator: string): TextComparison {
  const comparison = parseConditionOperator(operator)?.comparison
  return {
    hasWildcards: comparison === 'like',
    ignoresCase: comparison === 'equalsIgnoreCase',
  }
}

/** @param text one that compiles: of another one, the tokens are only its characters */
export function readPatternTokens(
  text: string,
  attributes: DeclaredAttributes,
  { hasWildcards, ignoresCase }: TextComparison,
): readonly PatternToken[] {
  const parts = parseTemplate(text, [], attributes, () => undefined)
  return (parts ?? [{ kind: 'literal', text } as const]).flatMap((part): PatternToken[] => {
    const { kind, text: written } = part
    if (kind === 'slot') return [{ kind: 'symbol', name: part.name, text: `{{${part.name}}}` }]
    if (kind === 'variable') return [{ kind: 'symbol', name: variableName(written), text: written }]
    if (kind === 'wildcard' && hasWildcards)
      return [{ kind: written === '*' ? 'any' : 'one', text: written }]
    return charactersOf(written, ignoresCase)
  })
}

export function isSymbol(
  token: PatternToken | undefined,
): token is Extract<PatternToken, { kind: 'symbol' }> {
  return token?.kind === 'symbol'
}

export function writePattern(tokens: readonly PatternToken[]): string {
  return tokens.map(({ text }) => text).join('')
}

function charactersOf(text: string, ignoresCase: boolean): PatternToken[] {
  return [...text.matchAll(CHARACTER)].map(([whole, escaped]) => {
    const character = escaped === undefined ? whole : escaped.slice(2, 3)
    return {
      kind: 'character',
      // IAM does not document which letters beyond ASCII are equal.
      character: ignoresCase ? character.replace(/[A-Z]/, (one) => one.toLowerCase()) : character,
      text: whole,
    }
  })
}

/** Keys of variables are compared without regard to case, and their default values are not. */
function variableName(text: string): string {
  return text.replace(/^[^,}]+/, (key) => key.toLowerCase())
}
