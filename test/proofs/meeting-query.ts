/**
 * Questions to a solver in SMT-LIB: can two callers with different values reach one text? They are
 * equations of texts, written without the automata of the product.
 * @see SMT-LIB, theory "Unicode Strings"
 */
import { type Part, slotNames, type Template } from './templates.ts'
import type { ValueLanguage } from './value-languages.ts'

export type Languages = Readonly<Record<string, ValueLanguage>>

/** A satisfiable question means that two callers can meet. */
export interface Question {
  readonly smt: string
  /** Asked first: a weaker condition, which is often easier to refute. Then so is the question. */
  readonly weaker?: string
}

/**
 * One question for each slot. Where callers meet, at least one of them is satisfiable:
 * - Of the slots that begin before all `*`, the first that differs begins at one place in both
 *   readings, because what is before it is equal.
 * - Otherwise, of those that end after all `*`, the last that differs ends at one place.
 * - Otherwise, a slot between two `*` differs.
 */
export function questionsAlone(template: Template, languages: Languages): Question[] {
  return slotNames(template).map((name) => {
    const isName = (part: Part) => part.kind === 'slot' && part.name === name
    const first = template.findIndex(isName)
    const last = template.findLastIndex(isName)
    const [before, after] = [template.slice(0, first), template.slice(last + 1)]
    if (!before.some(isAnyText))
      return alignedQuestion(name, 'after', template.slice(first + 1), slotNames(before), languages)
    if (!after.some(isAnyText))
      return alignedQuestion(name, 'before', template.slice(0, last), slotNames(after), languages)
    return { smt: wholeQuestion(template, template, [[name]], languages) }
  })
}

/** Callers of two statements meet unless they agree on all slots of one of the two. */
export function questionBetween(left: Template, right: Template, languages: Languages): Question {
  return { smt: wholeQuestion(left, right, [slotNames(left), slotNames(right)], languages) }
}

function isAnyText({ kind }: Part): boolean {
  return kind === 'any'
}

/**
 * Of two different values that begin (or end) at one place of a text, one is longer. What it has
 * beyond the shorter one, and what is beside it, are what is beside the shorter one.
 * @param beside the parts on this side of the value
 * @param equal slots with one value in both readings
 */
function alignedQuestion(
  name: string,
  side: 'before' | 'after',
  beside: Template,
  equal: readonly string[],
  languages: Languages,
): Question {
  const inOrder = <Item>(near: Item, far: Item) => (side === 'after' ? [near, far] : [far, near])
  const ask = (parts: Template) => {
    const shorter = valueTerm('shorter', languageOf(name, languages))
    const longer = valueTerm('longer', languageOf(name, languages))
    const used = equal.filter((slot) => slotNames(parts).includes(slot))
    const both = used.map(
      (slot, index) => [slot, valueTerm(`both_${index}`, languageOf(slot, languages))] as const,
    )
    const known = Object.fromEntries(both.map(([slot, { term }]) => [slot, term]))
    const besideShorter = templateTerm(parts, 'beside_shorter', languages, {
      ...known,
      [name]: shorter.term,
    })
    const besideLonger = templateTerm(parts, 'beside_longer', languages, {
      ...known,
      [name]: longer.term,
    })
    const terms = [shorter, longer, ...both.map(([, value]) => value), besideShorter, besideLonger]
    return script([
      ...terms.flatMap(({ lines }) => lines),
      '(declare-const more String)',
      '(assert (not (= more "")))',
      equalTexts(joinedTerm(inOrder(shorter.term, 'more')), longer.term),
      equalTexts(joinedTerm(inOrder('more', besideLonger.term)), besideShorter.term),
    ])
  }
  const nearest = side === 'after' ? beside[0] : beside.at(-1)
  return nearest?.kind === 'text'
    ? { smt: ask(beside), weaker: ask(inOrder<Part>(nearest, { kind: 'any' })) }
    : { smt: ask(beside) }
}

/** @param differing groups of slots; in each, some slot has different values */
function wholeQuestion(
  left: Template,
  right: Template,
  differing: readonly (readonly string[])[],
  languages: Languages,
): string {
  const first = templateTerm(left, 'first', languages)
  const second = templateTerm(right, 'second', languages)
  const lines = [...first.lines, ...second.lines, equalTexts(first.term, second.term)]
  for (const group of differing) {
    const unequal = group.map((name) => {
      const [one, other] = [first.values[name], second.values[name]]
      // A slot of one statement only: the other caller is free to have another value.
      return one === undefined || other === undefined ? 'true' : `(not (= ${one} ${other}))`
    })
    lines.push(`(assert (or false ${unequal.join(' ')}))`)
  }
  return script(lines)
}

interface Term {
  /** Declarations and assertions of the variables in the term. */
  readonly lines: readonly string[]
  readonly term: string
}

interface TemplateTerm extends Term {
  /** Terms by slot. */
  readonly values: Readonly<Record<string, string>>
}

/**
 * Occurrences of one slot have one value.
 * @param known terms of slots that are declared elsewhere
 */
function templateTerm(
  template: Template,
  prefix: string,
  languages: Languages,
  known: Readonly<Record<string, string>> = {},
): TemplateTerm {
  const lines: string[] = []
  const values = { ...known }
  const addValue = (slot: string, name: string): string => {
    const value = valueTerm(name, languageOf(slot, languages))
    lines.push(...value.lines)
    values[slot] = value.term
    return value.term
  }
  const termOf = (part: Part, index: number): string => {
    // Named by position, so that the same question about other slots is the same text.
    const name = `${prefix}_${index}`
    if (part.kind === 'text') return `"${part.text}"`
    if (part.kind === 'slot') return values[part.name] ?? addValue(part.name, name)
    lines.push(`(declare-const ${name} String)`)
    if (part.kind === 'one') lines.push(`(assert (= (str.len ${name}) 1))`)
    return name
  }
  return { term: joinedTerm(template.map(termOf)), lines, values }
}

function valueTerm(prefix: string, { pieces, excluded }: ValueLanguage): Term {
  const lines: string[] = []
  const terms = pieces.map((piece, index) => {
    if ('text' in piece) return `"${piece.text}"`
    const name = `${prefix}_piece_${index}`
    lines.push(`(declare-const ${name} String)`, `(assert (str.in_re ${name} ${piece.regLan}))`)
    return name
  })
  const term = joinedTerm(terms)
  for (const rule of excluded)
    for (const condition of EXCLUDED[rule])
      lines.push(`(assert (not ${condition.replace('VALUE', term)}))`)
  return { lines, term }
}

/** What no value may be, in addition to what its pattern says. */
const EXCLUDED = {
  dots: ['(= VALUE ".")', '(= VALUE "..")'],
  emptySegments: [
    '(str.prefixof "/" VALUE)',
    '(str.suffixof "/" VALUE)',
    '(str.contains VALUE "//")',
  ],
}

function languageOf(name: string, languages: Languages): ValueLanguage {
  const language = languages[name]
  if (language === undefined) throw new Error(`The slot ${name} has no language.`)
  return language
}

function joinedTerm(terms: readonly string[]): string {
  return `(str.++ "" "" ${terms.join(' ')})`
}

function equalTexts(one: string, other: string): string {
  return `(assert (= ${one} ${other}))`
}

function script(lines: readonly string[]): string {
  return ['(set-logic QF_SLIA)', ...lines, '(check-sat)'].join('\n')
}
