import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rangesMeet, rangesOf } from '../../../packages/core/src/automata/character-ranges.ts'
import {
  type IsolationFinding,
  MAX_STEPS,
  proveIsolation,
} from '../../../packages/core/src/document/isolation/prove-isolation.ts'
import {
  type PatternAnalysis,
  readPattern,
} from '../../../packages/core/src/document/pattern/read-pattern.ts'
import { valueAutomaton } from '../../../packages/core/src/document/pattern/value-automaton.ts'
import type {
  CompiledGrant,
  PolicyStatement,
} from '../../../packages/core/src/model/compiled-tenant.ts'
import { findProblem } from '../../../packages/core/src/policy/template.ts'

const RUNS = Number(process.env.PROPERTY_RUNS ?? 10_000)
const ALPHABET = ['a', 'b', '-', '/'] as const
const MAX_TEXT_CHARACTERS = 4
const MANY_RUNS = { timeout: 300_000 }
const PATTERNS = [
  ...['a', '[ab]', '[ab]{1,2}', 'a|ab', 'a|ba', '[a-]{1,2}', '(?:ab?){1,2}', '[ab]{2}'],
  ...['[ab]/[ab]', 'a+', '[ab]+(?:-[ab]+)*', '[a/]{1,3}'],
]

/** Every text of the alphabet, shortest first. */
const TEXTS = Array.from({ length: MAX_TEXT_CHARACTERS })
  .reduce<string[][]>(
    (levels) => [
      ...levels,
      (levels.at(-1) ?? []).flatMap((text) => ALPHABET.map((letter) => text + letter)),
    ],
    [['']],
  )
  .flat()

const templates = fc
  .array(fc.constantFrom('a', '-', '/', '/', '*', '?', '{{x}}', '{{y}}', '{{x}}'), {
    minLength: 1,
    maxLength: 5,
  })
  .map((parts) => parts.join(''))
  .filter((template) => template.includes('{{'))
const patterns = fc.record({ x: fc.constantFrom(...PATTERNS), y: fc.constantFrom(...PATTERNS) })
type Patterns = Readonly<Record<string, string>>
type Caller = Readonly<Record<string, string>>

test('the automaton of a pattern accepts exactly the values that may fill a slot', () => {
  for (const pattern of PATTERNS) {
    const analysis = analysisOf(pattern)
    const automaton = valueAutomaton(analysis)
    for (const text of TEXTS) {
      let states = [0]
      for (const character of text)
        states = states
          .flatMap((state) => automaton[state]?.next ?? [])
          .filter((state) => rangesMeet(automaton[state]?.on ?? [], rangesOf(character)))
      const accepts = states.some((state) => automaton[state]?.isAccepting)
      const problem = findProblem(text, { ...analysis, pattern: analysis.source })
      expect(`${pattern} ${text} ${accepts}`).toBe(`${pattern} ${text} ${problem === undefined}`)
    }
  }
})

test('a statement is separate exactly where no two callers match one text', MANY_RUNS, () => {
  const count = { pairs: 0, separate: 0, met: 0, undecided: 0 }
  fc.assert(
    fc.property(templates, patterns, (template, byName) => {
      const [finding] = prove([statement(template)], byName)
      if (finding === undefined) throw new Error('nothing was proved')
      if (finding.verdict === 'same-for-all') {
        expect(slotNames(template).map((name) => (name === 'x' ? byName.x : byName.y))).toEqual(
          slotNames(template).map(() => 'a'),
        )
        return
      }
      const slots = slotNames(template)
      check(finding, [template, template], byName, count, (first, second) =>
        slots.some((name) => first[name] !== second[name]),
      )
    }),
    { numRuns: RUNS },
  )
  expect(count.pairs).toBeGreaterThan(1_000_000)
  expect(Math.min(count.separate, count.met)).toBeGreaterThan(RUNS / 10)
})

test(
  'two statements are separate exactly where callers who match one text agree on one of them',
  MANY_RUNS,
  () => {
    const count = { pairs: 0, separate: 0, met: 0, undecided: 0 }
    fc.assert(
      fc.property(templates, templates, patterns, (first, second, byName) => {
        const [alone, together] = prove([statement(first), statement(second)], byName)
        if (alone?.verdict !== 'separate' || together === undefined) return
        if (together.verdict !== 'separate' && together.other === undefined) return
        const [firstSlots, secondSlots] = [first, second].map((template) =>
          slotNames(template).filter((name) => byName[name as 'x' | 'y'] !== 'a'),
        )
        check(together, [first, second], byName, count, (one, other) => {
          // A statement without slots is for everybody, so it makes no two callers the same.
          const differ = (slots: readonly string[] = []) =>
            slots.length === 0 || slots.some((name) => one[name] !== other[name])
          return differ(firstSlots) && differ(secondSlots)
        })
      }),
      { numRuns: RUNS },
    )
    expect(count.pairs).toBeGreaterThan(1_000_000)
    expect(Math.min(count.separate, count.met)).toBeGreaterThan(RUNS / 50)
    expect(count.undecided).toBeLessThan(RUNS / 100)
  },
)

/** Compares a finding with all callers and all short texts, without an automaton. */
function check(
  finding: IsolationFinding,
  [firstTemplate, secondTemplate]: readonly [string, string],
  byName: Patterns,
  count: { pairs: number; separate: number; met: number; undecided: number },
  areDifferent: (first: Caller, second: Caller) => boolean,
): void {
  const { verdict, example } = finding
  if (verdict === 'separate' || verdict === 'undecided') {
    count[verdict]++
    if (verdict === 'undecided') {
      // One statement is always decided, unless it repeats a slot.
      if (firstTemplate === secondTemplate) expect(firstTemplate).toSatisfy(repeatsSlot)
      // What is not decided is refused. Only where a slot is repeated may no example be found for
      // callers who do meet.
      if ([firstTemplate, secondTemplate].some(repeatsSlot)) return
    }
    const callers = allCallers(byName)
    const reached = (template: string) =>
      callers.map((caller) => {
        const matcher = matcherOf(render(template, caller))
        return new Set(TEXTS.filter((text) => matcher.test(text)))
      })
    const [first, second] = [reached(firstTemplate), reached(secondTemplate)]
    count.pairs += callers.length ** 2 * TEXTS.length
    for (const [i, one] of callers.entries())
      for (const [j, other] of callers.entries())
        if (areDifferent(one, other) && [...(first[i] ?? [])].some((text) => second[j]?.has(text)))
          throw new Error(
            `${verdict}, but ${JSON.stringify([one, other])} meet in ${firstTemplate} and ` +
              secondTemplate,
          )
    return
  }
  if (example === undefined) throw new Error('there is no example')
  expect(finding.verdict).toBe('not-separate')
  count.met++
  const text = String(example.texts.Resource)
  for (const [template, values] of [
    [firstTemplate, example.first],
    [secondTemplate, example.second],
  ] as const) {
    expect(matcherOf(render(template, { x: 'a', y: 'a', ...values })).test(text)).toBe(true)
    for (const [name, value] of Object.entries(values)) {
      const analysis = analysisOf(String(byName[name]))
      expect(findProblem(value, { ...analysis, pattern: analysis.source })).toBeUndefined()
    }
  }
  // A slot that the example does not name has one value only, or the callers are free to differ.
  const complete = (caller: string, values: Caller) => ({
    x: byName.x === 'a' ? 'a' : `x of ${caller}`,
    y: byName.y === 'a' ? 'a' : `y of ${caller}`,
    ...values,
  })
  const isDifferent = areDifferent(
    complete('the first', example.first),
    complete('the second', example.second),
  )
  expect(isDifferent).toBe(true)
}

function prove(statements: readonly PolicyStatement[], byName: Patterns): IsolationFinding[] {
  const analyses = new Map(
    Object.entries(byName).map(([name, pattern]) => [name, analysisOf(pattern)]),
  )
  const automata = new Map([...analyses].map(([name, one]) => [name, valueAutomaton(one)]))
  const grant: CompiledGrant = {
    roleArn: 'arn:aws:iam::111122223333:role/r',
    durationSeconds: 900,
    maxDurationSeconds: 900,
    webIdentity: 'minted',
    sessionName: '',
    sessionTags: {},
    transitiveTagKeys: [],
    statements,
    managedPolicyArns: [],
  }
  const attributes = {
    analyses,
    automata,
    readers: new Map<string, 'subject'>(),
    namingIssuer: new Set<string>(),
    acrossIssuers: new Set<string>(),
  }
  const proven = { name: 'g', grant, sharedStatements: new Set<number>() }
  const subject = ['https://id.example']
  const issuers = { subject, actor: [], both: subject }
  return proveIsolation(attributes, [{ ...proven, issuers }], { remaining: MAX_STEPS })
}

function statement(resource: string): PolicyStatement {
  return { Effect: 'Allow', Action: 's3:GetObject', Resource: resource }
}

function analysisOf(pattern: string): PatternAnalysis {
  const analysis = readPattern(pattern)
  if ('hint' in analysis) throw new Error(analysis.message)
  return analysis
}

/** Every caller with values of at most 3 characters. */
function allCallers(byName: Patterns): Caller[] {
  const values = (pattern: string) => {
    const analysis = analysisOf(pattern)
    return TEXTS.filter(
      (text) =>
        text.length <= 3 &&
        findProblem(text, { ...analysis, pattern: analysis.source }) === undefined,
    )
  }
  const [xs, ys] = [values(String(byName.x)), values(String(byName.y))]
  return xs.flatMap((x) => ys.map((y) => ({ x, y })))
}

function render(template: string, values: Caller): string {
  return template.replace(/\{\{(\w)\}\}/g, (_, name: string) => String(values[name]))
}

/** IAM's wildcards, as a regular expression. */
function matcherOf(pattern: string): RegExp {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', '[^]*')
    .replaceAll('?', '[^]')
  return new RegExp(`^${source}$`, 'u')
}

function slotNames(template: string): string[] {
  return [...new Set([...template.matchAll(/\{\{(\w)\}\}/g)].map((match) => String(match[1])))]
}

function repeatsSlot(template: string): boolean {
  return ['x', 'y'].some((name) => template.split(`{{${name}}}`).length > 2)
}
