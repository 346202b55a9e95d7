/** Which texts a resource, an action or a condition value matches. */
import { describe, expect, it } from 'vitest'
import {
  buildAutomaton,
  type RegularExpression,
} from '../../../packages/core/src/automata/automaton.ts'
import { FIRST_SYMBOL } from '../../../packages/core/src/automata/character-ranges.ts'
import { findText } from '../../../packages/core/src/automata/find-text.ts'
import {
  actionLanguage,
  arnLanguage,
  type ColonReading,
  hasSymbols,
  showCharacters,
  textLanguage,
  type Vocabulary,
} from '../../../packages/core/src/policy/pattern-language.ts'

const vocabularyOf = (options: Partial<Vocabulary> = {}): Vocabulary => ({
  symbols: new Map(),
  known: new Map(),
  slots: false,
  slotsWithoutColon: new Set(),
  ...options,
})

/** Whether some text is in both languages. */
function meet(...expressions: RegularExpression[]): boolean {
  return (
    findText({ inside: expressions.map((one) => buildAutomaton(one)), outside: [] }, budget()) !==
    undefined
  )
}

function isInside(inner: RegularExpression, outer: RegularExpression): boolean {
  const set = { inside: [buildAutomaton(inner)], outside: [buildAutomaton(outer)] }
  return findText(set, budget()) === undefined
}

function budget() {
  return { remaining: 100_000 }
}

const exactly = (text: string, vocabulary: Vocabulary) =>
  textLanguage(text, { exact: true }, vocabulary)

describe('a text', () => {
  it.each([
    ['abc', 'abc', true],
    ['abc', 'ABC', false],
    ['a*c', 'ac', true],
    ['a*c', 'abbc', true],
    ['a*c', 'a:/c', true],
    ['a*c', 'ab', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['a?c', 'abbc', false],
    ['a${*}', 'a*', true],
    ['a${*}', 'ab', false],
    ['a${?}', 'a?', true],
    ['a${?}', 'ab', false],
    ['a${$}', 'a$', true],
    ['', '', true],
    ['', 'a', false],
  ])('%s matches %s: %s', (pattern, text, matches) => {
    const vocabulary = vocabularyOf()
    expect(meet(textLanguage(pattern, {}, vocabulary), exactly(text, vocabulary))).toBe(matches)
  })

  it('of an exact comparison has no wildcards', () => {
    const vocabulary = vocabularyOf()
    expect(meet(exactly('a*c', vocabulary), exactly('abc', vocabulary))).toBe(false)
    expect(isInside(exactly('a*?c', vocabulary), exactly('a*?c', vocabulary))).toBe(true)
  })

  it.each([
    ['abc', 'ABC', true],
    ['ABC', 'abc', true],
    ['aBc1-', 'AbC1-', true],
    ['abc', 'abd', false],
    // IAM does not document which letters beyond ASCII are equal.
    ['é', 'É', false],
    ['é', 'é', true],
    ['\u007f', '\u007f', true],
  ])('%s equals %s without regard to case: %s', (left, right, equal) => {
    const vocabulary = vocabularyOf()
    const ignoreCase = { exact: true, ignoreCase: true }
    const languages = [left, right].map((text) => textLanguage(text, ignoreCase, vocabulary))
    expect(meet(...languages)).toBe(equal)
  })

  it('beyond ASCII is shown as what it is', () => {
    const vocabulary = vocabularyOf()
    const language = textLanguage('é', { exact: true, ignoreCase: true }, vocabulary)
    const found = findText({ inside: [buildAutomaton(language)], outside: [] }, budget())
    expect(showCharacters(found ?? [], vocabulary)).toContain('é')
  })
})

describe('an action', () => {
  const name = (text: string) => exactly(text, vocabularyOf())
  it.each([
    ['s3:GetObject', 's3:getobject', true],
    ['S3:GET*', 's3:getobject', true],
    ['s3:get?bject', 's3:getobject', true],
    ['s3:get?object', 's3:getobject', false],
    ['*', 's3:getobject', true],
    ['s3:GetObject', 's3:putobject', false],
    ['s3:GetObject', 's3:GetObject', false],
  ])('%s matches %s: %s', (pattern, action, matches) => {
    expect(meet(actionLanguage(pattern), name(action))).toBe(matches)
  })
})

describe('a resource', () => {
  it.each<[string, string, readonly ColonReading[]]>([
    ['*', 'a:b', ['everywhere', 'lastSegment', 'trailing']],
    ['arn:a:b:c:d:e', 'arn:a:b:c:d:e', ['everywhere', 'lastSegment', 'trailing']],
    ['arn:a:b:c:d:e', 'arn:a:b:c:d:f', []],
    ['arn:a:b:*:d:e', 'arn:a:b:c:d:e', ['everywhere', 'lastSegment', 'trailing']],
    ['arn:a:b:*:d:e', 'arn:a:b:c:x:d:e', ['everywhere', 'trailing']],
    ['arn:a:b:c*d:d:e', 'arn:a:b:c:d:d:e', ['everywhere']],
    ['arn:a:b:c?d:d:e', 'arn:a:b:c:d:d:e', ['everywhere']],
    ['arn:a:b:c?:d:e', 'arn:a:b:c::d:e', ['everywhere']],
    ['arn:a:b:c:d:e*', 'arn:a:b:c:d:e:f', ['everywhere', 'lastSegment', 'trailing']],
    ['arn:a:b:c:d:*f', 'arn:a:b:c:d:e:f', ['everywhere', 'lastSegment']],
    ['arn:a:b:c:d:e?f', 'arn:a:b:c:d:e:f', ['everywhere', 'lastSegment']],
    ['arn:a:b:c:d:e?f', 'arn:a:b:c:d:exf', ['everywhere', 'lastSegment', 'trailing']],
    ['arn:a:b:c:d:e?f', 'arn:a:b:c:d:ef', []],
    ['arn:a:b:c:d:e*f', 'arn:a:b:c:d:ef', ['everywhere', 'lastSegment', 'trailing']],
    ['arn:a:b:c:d:e*f', 'arn:a:b:c:d:exyf', ['everywhere', 'lastSegment', 'trailing']],
    ['arn:a:b:c:d:e*:f', 'arn:a:b:c:d:e:x:f', ['everywhere', 'lastSegment', 'trailing']],
    ['arn:a:b:c:d:**f', 'arn:a:b:c:d::f', ['everywhere', 'lastSegment']],
    ['arn:a:b:c:*', 'arn:a:b:c:d:e', ['everywhere', 'trailing']],
    ['arn:a:b:c:*', 'arn:a:b:c:d', ['everywhere', 'lastSegment', 'trailing']],
  ])('%s matches %s in the readings %j', (pattern, arn, readings) => {
    const vocabulary = vocabularyOf()
    const all: ColonReading[] = ['everywhere', 'lastSegment', 'trailing']
    const matching = all.filter((reading) =>
      meet(arnLanguage(pattern, reading, vocabulary), exactly(arn, vocabulary)),
    )
    expect(matching).toEqual(readings)
  })

  it('with a variable after a wildcard keeps colons from the wildcard', () => {
    const vocabulary = vocabularyOf({ known: new Map([['aws:userid', 'x']]) })
    const unknown = arnLanguage('arn:a:b:c:d:e*${aws:username}', 'trailing', vocabulary)
    const known = arnLanguage('arn:a:b:c:d:e*${aws:userid}', 'trailing', vocabulary)
    expect(meet(known, exactly('arn:a:b:c:d:e-x', vocabulary))).toBe(true)
    expect(meet(known, exactly('arn:a:b:c:d:e:x', vocabulary))).toBe(false)
    const named = (text: string) => exactly(`arn:a:b:c:d:${text}\${aws:username}`, vocabulary)
    expect(meet(unknown, named('e-'))).toBe(true)
    expect(meet(unknown, named('e:'))).toBe(false)
  })

  it('that contains a known variable counts its colons', () => {
    const vocabulary = vocabularyOf({ known: new Map([['aws:userid', 'c:d']]) })
    const language = arnLanguage('arn:a:b:${aws:userid}:*', 'lastSegment', vocabulary)
    expect(meet(language, exactly('arn:a:b:c:d:e:f', vocabulary))).toBe(true)
  })
})

describe('a variable', () => {
  it('equals itself in any case of its key, and nothing else', () => {
    const vocabulary = vocabularyOf()
    const one = exactly('a/${aws:UserId}', vocabulary)
    expect(isInside(exactly('a/${aws:userid}', vocabulary), one)).toBe(true)
    for (const other of ['a/${aws:username}', "a/${aws:userid, 'x'}", 'a/x', 'a/', 'a/*'])
      expect(meet(exactly(other, vocabulary), one)).toBe(false)
    expect(
      isInside(
        exactly("${aws:UserId, 'X'}", vocabulary),
        exactly("${aws:userid, 'X'}", vocabulary),
      ),
    ).toBe(true)
    expect(
      meet(exactly("${aws:userid, 'X'}", vocabulary), exactly("${aws:userid, 'x'}", vocabulary)),
    ).toBe(false)
  })

  it('is inside a star, and not inside one or several question marks', () => {
    const vocabulary = vocabularyOf()
    const variable = textLanguage('${aws:userid}', {}, vocabulary)
    expect(isInside(variable, textLanguage('*', {}, vocabulary))).toBe(true)
    for (const pattern of ['?', '??', '?*'])
      expect(isInside(variable, textLanguage(pattern, {}, vocabulary))).toBe(false)
  })

  it('is its value where that is known, with every character as itself', () => {
    const vocabulary = vocabularyOf({ known: new Map([['aws:principaltag/team', 'a*']]) })
    const variable = textLanguage('${aws:PrincipalTag/Team}/x', {}, vocabulary)
    expect(meet(variable, exactly('a*/x', vocabulary))).toBe(true)
    expect(meet(variable, exactly('ab/x', vocabulary))).toBe(false)
  })

  it('is shown as it is written, with its key in lower case', () => {
    const vocabulary = vocabularyOf({ slots: true })
    const text = "a/${aws:UserId}/${aws:PrincipalTag/Team, 'None'}/{{user}}"
    const language = textLanguage(text, {}, vocabulary)
    const found = findText({ inside: [buildAutomaton(language)], outside: [] }, budget())
    expect(showCharacters(found ?? [], vocabulary)).toBe(
      "a/${aws:userid}/${aws:principaltag/team, 'None'}/{{user}}",
    )
    expect([...vocabulary.symbols.values()].sort()).toEqual(
      [0, 1, 2].map((at) => FIRST_SYMBOL + at),
    )
  })

  it.each([
    ['a', false],
    ['a*?', false],
    ['${*}', false],
    ['${aws:userid}', true],
    ['${aws:known}', false],
    // The grammar refuses it; here it equals only itself.
    ['${', true],
    ['{{user}}', false],
  ])('is in %s: %s', (text, has) => {
    const vocabulary = vocabularyOf({ known: new Map([['aws:known', 'x']]) })
    expect(hasSymbols(text, vocabulary)).toBe(has)
  })
})

describe('a slot', () => {
  it('is a variable where slots are read, and text where they are not', () => {
    expect(hasSymbols('a/{{user}}', vocabularyOf({ slots: true }))).toBe(true)
    const vocabulary = vocabularyOf({ slots: true })
    const slot = exactly('a/{{ user }}/b', vocabulary)
    expect(isInside(exactly('a/{{user}}/b', vocabulary), slot)).toBe(true)
    expect(meet(exactly('a/{{team}}/b', vocabulary), slot)).toBe(false)
    expect(meet(exactly('a/x/b', vocabulary), slot)).toBe(false)
    expect(isInside(slot, textLanguage('a/*/b', {}, vocabulary))).toBe(true)
    expect(isInside(slot, textLanguage('a/?/b', {}, vocabulary))).toBe(false)
  })

  it('may be between wildcards and variables', () => {
    const vocabulary = vocabularyOf({ slots: true })
    const pattern = textLanguage('*/{{user}}/${aws:userid}', {}, vocabulary)
    expect(isInside(exactly('a/{{user}}/${aws:userid}', vocabulary), pattern)).toBe(true)
    expect(isInside(exactly('a/{{user}}/x', vocabulary), pattern)).toBe(false)
  })
})
