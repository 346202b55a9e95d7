/** Rewrites an expression of another language, or with a frequent mistake, as CEL. */
import type { ExpressionProblem } from '../../expression/check-expression.ts'

interface Rewrite {
  readonly text: string
  /** What CEL writes in place of what is written. */
  readonly why: string
}

interface Replacement {
  readonly pattern: RegExp
  readonly by: string | ((...groups: string[]) => string)
  readonly why: string
}

/** A claim or a member of one, such as `claims.a["b"].c`. */
const NAME = String.raw`[A-Za-z_]\w*(?:\.\w+|\[[^\][]*\])*`
/** Placeholder for the nth literal, which no rewrite may change. */
const LITERAL = String.raw`⟦\d+⟧`
const OPERAND = `(?:${NAME}|${LITERAL})`

const OPERATORS: readonly Replacement[] = [
  { pattern: /!==/g, by: '!=', why: 'CEL writes != in place of !==; write' },
  { pattern: /===/g, by: '==', why: 'CEL writes == in place of ===; write' },
  { pattern: /<>/g, by: '!=', why: 'CEL writes != in place of <>; write' },
  { pattern: /(?<![=!<>])=(?![=~])/g, by: '==', why: 'CEL compares with ==, not with =; write' },
  {
    pattern: new RegExp(String.raw`(${OPERAND})\s+not\s+in\s+`, 'gi'),
    by: (_, left = '') => `!(${left} in `,
    why: 'CEL writes !(a in b) in place of a not in b; write',
  },
  { pattern: /\s*\bAND\b\s*/gi, by: ' && ', why: 'CEL writes && in place of and; write' },
  { pattern: /\s*\bOR\b\s*/gi, by: ' || ', why: 'CEL writes || in place of or; write' },
  { pattern: /\bNOT\b\s*/gi, by: '!', why: 'CEL writes ! in place of not; write' },
  { pattern: /(?<!&)&(?!&)/g, by: '&&', why: 'CEL writes && in place of &; write' },
  { pattern: /(?<!\|)\|(?!\|)/g, by: '||', why: 'CEL writes || in place of |; write' },
  { pattern: /\s+(?:eq|is)\s+/g, by: ' == ', why: 'CEL compares with ==; write' },
  { pattern: /\s+ne\s+/g, by: ' != ', why: 'CEL compares with !=; write' },
]

const METHODS: Readonly<Record<string, string>> = {
  contains: 'contains',
  includes: 'contains',
  startswith: 'startsWith',
  hasprefix: 'startsWith',
  endswith: 'endsWith',
  hassuffix: 'endsWith',
  lower: 'lowerAscii',
  tolower: 'lowerAscii',
  tolowercase: 'lowerAscii',
  upper: 'upperAscii',
  toupper: 'upperAscii',
  touppercase: 'upperAscii',
  strip: 'trim',
}
const METHOD_NAMES =
  'contains|includes|starts?_?with|has_?prefix|ends?_?with|has_?suffix|to_?lower(?:_?case)?|' +
  'lower|to_?upper(?:_?case)?|upper|strip'

function methodOf(name: string): string {
  const plain = name
    .toLowerCase()
    .replaceAll('_', '')
    .replace(/^(start|end)with/, '$1swith')
  return METHODS[plain] ?? name
}

const CALLS: readonly Replacement[] = [
  { pattern: /\$\.(?=\w)/g, by: 'claims.', why: 'CEL writes claims.a in place of $.a; write' },
  { pattern: /\{\{\s*(\w+)\s*\}\}/g, by: 'claims.$1', why: 'CEL has no slots; write the claim' },
  {
    pattern: new RegExp(String.raw`(${OPERAND})\s+(${METHOD_NAMES})\s+(${OPERAND})`, 'gi'),
    by: (_, receiver = '', name = '', argument = '') =>
      `${receiver}.${methodOf(name)}(${argument})`,
    why: 'CEL writes a.contains(b) in place of a contains b; write',
  },
  {
    pattern: new RegExp(
      String.raw`(?<![.\w])(${METHOD_NAMES})\((${OPERAND})\s*,\s*(${OPERAND})\)`,
      'gi',
    ),
    by: (_, name = '', receiver = '', argument = '') =>
      `${receiver}.${methodOf(name)}(${argument})`,
    why: 'CEL writes the text first, as in a.startsWith(b); write',
  },
  {
    pattern: new RegExp(String.raw`(?<![.\w])(${METHOD_NAMES})\((${OPERAND})\)`, 'gi'),
    by: (_, name = '', receiver = '') => `${receiver}.${methodOf(name)}()`,
    why: 'CEL writes the text first, as in a.lowerAscii(); write',
  },
  {
    pattern: new RegExp(String.raw`\.(${METHOD_NAMES})\(`, 'gi'),
    by: (_, name = '') => `.${methodOf(name)}(`,
    why: 'CEL has another name for this function; write',
  },
  {
    pattern: /(?<![.\w])(?:len|length|count)\(/g,
    by: 'size(',
    why: 'CEL writes size(a) for the length; write',
  },
  {
    pattern: /\.(?:length|len)\b(?!\()/g,
    by: '.size()',
    why: 'CEL writes size(a) for the length; write',
  },
  {
    pattern: new RegExp(String.raw`(?<![.\w])(?:exists|defined|isset|exist)\((${NAME})\)`, 'g'),
    by: (_, name = '') => `has(${name})`,
    why: 'CEL writes has(a) for whether there is a claim; write',
  },
  {
    pattern: new RegExp(String.raw`(${NAME})\s+in\s+(${LITERAL})`, 'g'),
    by: (_, list = '', text = '') => `${text} in ${list}`,
    why: 'in has the list on its right; write',
  },
]

/** Candidates for the expression that is meant, of which some may not compile either. */
export function findRewrites(expression: string, problem: ExpressionProblem): readonly Rewrite[] {
  const straight = expression.replaceAll(/[“”„]/g, '"').replaceAll(/[‘’]/g, "'")
  const code = hideLiterals(straight)
  const quotes = straight === expression ? [] : ['CEL has straight quotation marks; write']
  const groups = [[...OPERATORS, ...CALLS], OPERATORS, CALLS]
  const whole = groups.map((group) => replaceAll(code, group, quotes))
  return [
    ...whole.filter(({ text }) => text !== expression),
    ...rewriteMember(code, problem),
    ...rewriteTypes(code, expression, problem),
    ...rewriteMatches(code),
  ]
}

interface HiddenLiterals {
  readonly text: string
  restore(text: string): string
}

function hideLiterals(expression: string): HiddenLiterals {
  const literals: string[] = []
  const text = expression.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, (literal) => {
    literals.push(literal)
    return `⟦${literals.length - 1}⟧`
  })
  return {
    text,
    restore: (changed) =>
      changed.replaceAll(/⟦(\d+)⟧/g, (_, index) => literals[Number(index)] ?? ''),
  }
}

function replaceAll(
  { text, restore }: HiddenLiterals,
  replacements: readonly Replacement[],
  reasons: readonly string[],
): Rewrite {
  const applied = [...reasons]
  let changed = text
  for (const { pattern, by, why } of replacements) {
    const next =
      typeof by === 'string' ? changed.replace(pattern, by) : changed.replace(pattern, by)
    if (next === changed) continue
    // What begins with "!(" is closed at its end, or before the next operator.
    changed = why.includes('not in b') ? closeParenthesis(next) : next
    applied.push(why)
  }
  return { text: restore(changed), why: applied[0] ?? '' }
}

function closeParenthesis(text: string): string {
  return text.replace(/!\(([^&|)]*?)(\s*(?:&&|\|\||\band\b|\bor\b|$))/gi, '!($1)$2')
}

/** A name that is no variable: a claim without `claims.`, a text without quotes, or `a-b`. */
function rewriteMember(
  { text, restore }: HiddenLiterals,
  { message }: ExpressionProblem,
): readonly Rewrite[] {
  const name = /^there is no variable (\w+);/.exec(message)?.[1]
  if (name === undefined) return []
  const change = (pattern: RegExp, by: string, why: string): Rewrite[] => {
    const changed = text.replace(pattern, by)
    return changed === text ? [] : [{ text: restore(changed), why }]
  }
  const dash = new RegExp(String.raw`\.(\w+(?:-\w+)*-${name}(?:-\w+)*)(?!\w)`)
  const alias = /^(?:claim|token|jwt|payload|user|principal|assertion|id_?token|auth|sub)$/i
  return [
    ...change(dash, '["$1"]', 'CEL reads - as minus; write the name in brackets'),
    ...change(
      new RegExp(String.raw`(?<=(?:==|!=|[[,])\s*)${name}(?![\w.(\[])`),
      `"${name}"`,
      'CEL reads a word without quotes as a variable; write',
    ),
    ...change(
      new RegExp(String.raw`(?<![.\w])${name}(?=\.)`, 'g'),
      'claims',
      'the claims of the token are in claims; write',
    ).filter(() => alias.test(name)),
    ...change(
      /(?<![.\w⟦])(?!(?:claims|issuer|request|actor|identity|in|has|true|false|null)\b)[A-Za-z_]\w*(?![\w(⟧])/g,
      'claims.$&',
      'the claims of the token are in claims; write',
    ),
    ...change(
      new RegExp(String.raw`(?<![.\w])${name}(?!\w)`, 'g'),
      `claims.${name}`,
      'the claims of the token are in claims; write',
    ),
  ]
}

/** Operands of other types than the operator's. */
function rewriteTypes(
  { text, restore }: HiddenLiterals,
  expression: string,
  { node, types = [], span: [start, end] }: ExpressionProblem,
): readonly Rewrite[] {
  const part = expression.slice(start, end)
  const instead = (changed: string, why: string): Rewrite => ({
    text: `${expression.slice(0, start)}${changed}${expression.slice(end)}`,
    why,
  })
  const kinds = types.map(({ kind }) => kind)
  if (node?.op === 'in') {
    const [, left, right] = /^(.*?)\s+in\s+(.*)$/s.exec(part) ?? []
    if (left === undefined || right === undefined) return []
    return [
      instead(`${right} in ${left}`, 'in has the list on its right; write'),
      instead(`${right}.contains(${left})`, 'for a part of a text, write'),
    ]
  }
  if (node?.op === 'rcall' && kinds[0] === 'list') {
    const [, list, argument] = /^(.*)\.contains\((.*)\)$/s.exec(part) ?? []
    return list === undefined
      ? []
      : [instead(`${argument} in ${list}`, 'for an item of a list, write')]
  }
  if (kinds.includes('string') && kinds.some((kind) => kind === 'int' || kind === 'double'))
    return [
      instead(
        part.replace(/(?<![\w."'])-?\d+(?:\.\d+)?(?![\w."'])/, '"$&"'),
        'a text needs quotes; write',
      ),
    ]
  if (kinds.includes('number') && kinds.includes('string'))
    return [
      instead(part.replace(/["'](-?\d+(?:\.\d+)?)["']/, '$1'), 'a number has no quotes; write'),
    ]
  if (kinds.includes('list') && kinds.includes('string')) {
    const [, left, right] = /^(.*?)\s*==\s*(.*)$/s.exec(part) ?? []
    if (left === undefined || right === undefined) return []
    const why = 'for an item of a list, write'
    return [instead(`${left} in ${right}`, why), instead(`${right} in ${left}`, why)]
  }
  if (node === undefined && kinds[0] === 'number')
    return [{ text: `string(${restore(text)})`, why: 'a number becomes text with string; write' }]
  return []
}

/** A regular expression that a comparison can replace. */
function rewriteMatches({ text, restore }: HiddenLiterals): readonly Rewrite[] {
  const call = new RegExp(String.raw`(${NAME})\.matches\((${LITERAL})\)`, 'g')
  const changed = text.replaceAll(call, (written, receiver: string, literal: string) => {
    const pattern = restore(literal).slice(1, -1)
    const [, start = '', inner = '', end = ''] =
      /^(\^?)\(?(?:\?:)?([\w@:/ -]+(?:\|[\w@:/ -]+)*)\)?(\$?)$/.exec(pattern) ?? []
    if (inner === '') return written
    const words = inner.split('|').map((word) => `"${word}"`)
    const [only = ''] = words
    if (words.length > 1) return start && end ? `${receiver} in [${words.join(', ')}]` : written
    if (start && end) return `${receiver} == ${only}`
    return `${receiver}.${start ? 'startsWith' : end ? 'endsWith' : 'contains'}(${only})`
  })
  if (changed === text) return []
  return [{ text: restore(changed), why: 'CEL has no regular expressions here; write' }]
}
