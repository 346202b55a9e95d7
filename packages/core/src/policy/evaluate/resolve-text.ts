/** Replaces the variables of a policy's text by the values of a request. */
import { type PolicyTextPart, splitPolicyText } from '../policy-text.ts'
import type { RequestContextKeys } from './aws-request.ts'
import { literalPattern, type Pattern, type PatternSymbol } from './match-pattern.ts'

export interface ResolvedText {
  /** A variable whose value is not known is a `*`: the pattern then matches more than the text. */
  readonly pattern: Pattern
  /** Whether the pattern contains such a variable. */
  readonly isWidened: boolean
  /** Whether the request lacks the value of a variable: such a text matches nothing. */
  readonly isNull: boolean
}

/** @param wildcards whether `*` and `?` are wildcards; `${*}` is a literal character anyway */
export function resolveText(
  text: string,
  context: RequestContextKeys,
  wildcards: boolean,
): ResolvedText {
  return resolveParts(splitPolicyText(text) ?? [{ kind: 'literal', text }], context, wildcards)
}

export function resolveParts(
  parts: readonly PolicyTextPart[],
  context: RequestContextKeys,
  wildcards: boolean,
): ResolvedText {
  const pattern: PatternSymbol[] = []
  let isWidened = false
  let isNull = false
  for (const part of parts) {
    if (part.kind === 'literal') pattern.push(...literalPattern(part.text))
    else if (part.kind === 'wildcard') pattern.push(wildcards ? part.text : { literal: part.text })
    else {
      const values = context.get(part.key.toLowerCase())
      const [value = part.defaultValue, ...others] = values ?? []
      // IAM does not define which of several values a variable has.
      if (values === undefined || others.length > 0) {
        pattern.push('*')
        isWidened = true
      } else if (value === undefined) isNull = true
      else pattern.push(...literalPattern(value))
    }
  }
  return { pattern, isWidened, isNull }
}

/** The keys, in lower case, that the variables of a text read. */
export function variableKeysOf(text: string): string[] {
  return (splitPolicyText(text) ?? []).flatMap((part) =>
    part.kind === 'variable' ? [part.key.toLowerCase()] : [],
  )
}
