/** Which texts a template can match, for all callers, with the characters of each slot marked. */
import {
  ANY_TEXT,
  type Automaton,
  buildAutomaton,
  literalText,
  ONE_CHARACTER,
  type RegularExpression,
  TooManyStatesError,
} from '../../automata/automaton.ts'
import type { Budget } from '../../automata/budget.ts'
import { rangesOf, uniteRanges } from '../../automata/character-ranges.ts'
import { acceptsOneText, isDeterministic } from '../../automata/intersection.ts'
import {
  type DeclaredAttributes,
  parseTemplate,
  type TemplatePart,
} from '../template/parse-template.ts'

/** How IAM compares a text with the template. */
export interface Comparison {
  /** Whether `*` and `?` are wildcards. */
  readonly hasWildcards: boolean
  readonly ignoresCase: boolean
}

export interface TemplateLanguage {
  readonly text: string
  /** Equal for templates that mean the same: the tags of the session are written out. */
  readonly key: string
  readonly automaton: Automaton
  readonly isDeterministic: boolean
  /** In order of appearance. The mark of an occurrence is its index. */
  readonly slots: readonly string[]
  /** The text that everything in the language begins with. */
  readonly prefix: string
}

/** What the slots and variables of a grant's templates can become. */
export interface Values {
  readonly attributes: DeclaredAttributes
  /** By attribute, and by the variables that differ for every caller. */
  readonly automata: ReadonlyMap<string, Automaton>
  /** Templates of the session tags, by their key in lower case. */
  readonly sessionTags: ReadonlyMap<string, string>
  /** Languages that were built before, by their key: many statements name the same texts. */
  readonly known: Map<string, TemplateLanguage>
  /** Each state and transition that is built is a step. */
  readonly budget: Budget
}

/**
 * `{{guest}}` is read as the identity that its caller had as a guest: that identity is of
 * no other caller. No statement has both slots, which would then have the same value.
 */
export const IDENTITY_SLOT = { kind: 'slot', name: 'identity', text: '{{identity}}' } as const

const PRINCIPAL_TAG = /^\$\{aws:principaltag\/([^,}]+)\}$/i
const ESCAPED = /\$\{([*?$])\}/g

/** @throws {TooManyStatesError | BudgetExceededError} */
export function templateLanguage(
  text: string,
  comparison: Comparison,
  values: Values,
): TemplateLanguage {
  const parts = resolveParts(text, values)
  const { hasWildcards, ignoresCase } = comparison
  const key = JSON.stringify([
    hasWildcards,
    ignoresCase,
    parts.map((part) => [part.kind, part.text]),
  ])
  const known = values.known.get(key)
  if (known !== undefined) return known
  const read = readLanguage(parts, comparison, values)
  const language = { text, key, ...read, isDeterministic: isDeterministic(read.automaton) }
  values.known.set(key, language)
  return language
}

function readLanguage(
  parts: readonly TemplatePart[],
  { hasWildcards, ignoresCase }: Comparison,
  values: Values,
): Pick<TemplateLanguage, 'automaton' | 'slots' | 'prefix'> {
  const slots: string[] = []
  const expressionOf = (part: TemplatePart): RegularExpression => {
    const value = part.kind === 'slot' ? values.automata.get(part.name) : undefined
    if (part.kind === 'slot' && value !== undefined) {
      const text: RegularExpression = { kind: 'automaton', automaton: value }
      if (acceptsOneText(value)) return text
      return { kind: 'marked', mark: slots.push(part.name) - 1, part: text }
    }
    if (part.kind === 'wildcard' && hasWildcards)
      return part.text === '*' ? ANY_TEXT : ONE_CHARACTER
    if (part.kind === 'slot') throw new TooManyStatesError()
    // Nothing is known of the value, so it may be any text.
    if (part.kind === 'variable') return ANY_TEXT
    return literalText(part.text)
  }
  const automaton = buildAutomaton(
    { kind: 'sequence', parts: parts.map(expressionOf) },
    values.budget,
  )
  const [first] = parts
  const isFixed = first?.kind === 'literal' || (first?.kind === 'wildcard' && !hasWildcards)
  return {
    automaton: ignoresCase ? withBothCases(automaton) : automaton,
    slots,
    prefix: isFixed && !ignoresCase ? first.text : '',
  }
}

/** Splits the text, and replaces each principal tag of the session by the template of its value. */
function resolveParts(text: string, values: Values): TemplatePart[] {
  const parts = parseTemplate(text, [], values.attributes, () => undefined) ?? []
  return parts.flatMap((part): TemplatePart[] => {
    if (part.kind === 'literal') return [{ ...part, text: part.text.replace(ESCAPED, '$1') }]
    if (part.kind === 'slot' && part.name === 'guest') return [IDENTITY_SLOT]
    if (part.kind !== 'variable') return [part]
    const tag = PRINCIPAL_TAG.exec(part.text)?.[1]
    const template = tag === undefined ? undefined : values.sessionTags.get(tag.toLowerCase())
    if (template !== undefined) return resolveParts(template, values)
    return values.automata.has(part.text.toLowerCase())
      ? [{ kind: 'slot', name: part.text.toLowerCase(), text: part.text }]
      : [part]
  })
}

/** Where one letter of a text is possible, its other case is too. */
function withBothCases(automaton: Automaton): Automaton {
  return automaton.map((state) => ({ ...state, on: uniteRanges([state.on, otherCases(state.on)]) }))
}

function otherCases(on: readonly number[]): readonly number[] {
  const others: string[] = []
  for (let index = 0; index < on.length; index += 2) {
    const last = Math.min(on[index + 1] ?? 0, 0xff)
    for (let code = on[index] ?? 0; code <= last; code++) {
      const letter = String.fromCharCode(code)
      others.push(letter.toLowerCase(), letter.toUpperCase())
    }
  }
  return rangesOf(others.filter((letter) => letter.length === 1).join(''))
}
