/** The example of two callers who meet: their values are possible, and both reach the text. */
import { describe, expect, it } from 'vitest'
import { proveTenant } from '../../../packages/core/src/document/index.ts'
import { documentOf, grantOf, reading } from './isolation-documents.ts'

/** Templates by dimension, and patterns by slot. */
interface Case {
  readonly patterns: Readonly<Record<string, string>>
  /** Below one bucket. */
  readonly keys: readonly string[]
  readonly prefix?: string
}

const BUCKET = 'arn:aws:s3:::b/'

function prove({ patterns, keys, prefix }: Case) {
  const condition =
    prefix === undefined ? '' : `, Condition: { StringLike: { 's3:prefix': '${prefix}' } }`
  const attributes = Object.entries(patterns)
    .map(([name, pattern]) => `  ${name}: { from: claims.${name}, pattern: '${pattern}' }`)
    .join('\n')
  const statements = keys.map((key) => reading(`${BUCKET}${key}`, condition))
  return proveTenant(documentOf({ attributes, grants: grantOf('own', statements) }), 'acme.yaml')
    .isolation
}

/** The texts that one caller reaches through a template. */
function reachedBy(template: string, values: Readonly<Record<string, string>>): RegExp {
  const source = [...template.matchAll(/\{\{(\w+)\}\}|./g)].map(([one, slot]) => {
    if (slot === undefined && (one === '*' || one === '?')) return one === '*' ? '.*' : '.'
    const text = slot === undefined ? one : (values[slot] ?? 'missing')
    return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
  })
  return new RegExp(`^${source.join('')}$`, 'u')
}

const AB = '[ab]{1,3}'
const WORD = '[a-z-]{1,32}'

describe('two callers meet', () => {
  it.each<Case>([
    { patterns: { x: AB }, keys: ['{{x}}*'] },
    { patterns: { x: AB }, keys: ['*{{x}}'] },
    { patterns: { x: AB }, keys: ['*{{x}}*'] },
    { patterns: { x: '[ab]{2,3}' }, keys: ['{{x}}?*'] },
    { patterns: { x: AB, y: AB }, keys: ['{{x}}{{y}}'] },
    { patterns: { x: WORD, y: WORD }, keys: ['{{x}}-{{y}}/*'] },
    { patterns: { x: AB }, keys: ['{{x}}{{x}}*'] },
    { patterns: { x: AB }, keys: ['{{x}}*{{x}}'] },
    { patterns: { x: AB, y: AB }, keys: ['{{x}}{{y}}{{x}}'] },
    { patterns: { x: AB, y: AB, z: AB }, keys: ['{{x}}{{y}}{{z}}/*'] },
    { patterns: { x: 'a|ba|[0-9]', y: 'b?a?b' }, keys: ['*{{x}}{{y}}'] },
    { patterns: { x: '[A-Z]{1,2}', y: '[A-Z]{1,2}' }, keys: ['{{x}}{{y}}'] },
    { patterns: { x: '[à-ÿ]{1,2}', y: '[à-ÿ]{1,2}' }, keys: ['{{x}}{{y}}'] },
    { patterns: { x: AB, y: AB }, keys: ['{{x}}/*', '{{y}}/*'] },
    { patterns: { x: AB, y: AB }, keys: ['{{x}}/{{y}}', '{{y}}/*'] },
    { patterns: { x: AB, y: AB }, keys: ['{{x}}/a', '{{y}}/{{x}}'] },
    { patterns: { x: AB, y: AB }, keys: ['{{x}}/{{y}}/*', '*/{{y}}'] },
    { patterns: { x: AB, y: '[b-d]{1,3}' }, keys: ['{{x}}/*', '*c/{{y}}'] },
    { patterns: { x: AB, y: AB, z: AB }, keys: ['{{x}}/{{y}}', '{{y}}/{{z}}'] },
    { patterns: { x: AB }, keys: ['c/*'], prefix: '{{x}}*' },
    { patterns: { x: AB, y: AB }, keys: ['{{x}}/c'], prefix: '{{y}}*' },
    { patterns: { x: AB, y: AB }, keys: ['{{x}}*'], prefix: '{{y}}{{x}}*' },
    { patterns: { x: AB, y: AB }, keys: ['{{x}}*'], prefix: '{{y}}*' },
  ])('%j', ({ patterns, keys, prefix }) => {
    const findings = prove({ patterns, keys, ...(prefix === undefined ? {} : { prefix }) })
    const finding = findings.find(({ verdict }) => verdict === 'not-separate')
    const { example, other, path } = finding ?? {}
    expect(example).toBeDefined()
    const { first = {}, second = {}, texts = {} } = example ?? {}
    for (const values of [first, second])
      for (const [slot, value] of Object.entries(values))
        expect(value).toMatch(new RegExp(`^(?:${patterns[slot]})$`, 'u'))
    const templateOf = (at: unknown) => `${BUCKET}${keys[Number(at)]}`
    const own = path?.at(-1)
    expect(texts.Resource).toMatch(reachedBy(templateOf(other?.path.at(-1) ?? own), first))
    expect(texts.Resource).toMatch(reachedBy(templateOf(own), second))
    if (prefix !== undefined)
      for (const values of [first, second])
        expect(texts['s3:prefix']).toMatch(reachedBy(prefix, values))
    const common = Object.keys(first).filter((slot) => slot in second)
    const differ = common.filter((slot) => first[slot] !== second[slot])
    const isOneInTheOther =
      common.length === Object.keys(first).length || common.length === Object.keys(second).length
    // Where each has a slot of its own, callers differ in those.
    if (isOneInTheOther) expect(differ).not.toEqual([])
  })
})

describe('no two callers meet', () => {
  it.each<Case>([
    { patterns: { x: AB }, keys: ['{{x}}/*'] },
    { patterns: { x: '[ab]{2}' }, keys: ['{{x}}*'] },
    { patterns: { x: '[ab]{2}' }, keys: ['*{{x}}'] },
    { patterns: { x: '[ab]' }, keys: ['?{{x}}?*'] },
    { patterns: { x: AB, y: '[cd]{1,3}' }, keys: ['{{x}}{{y}}'] },
    { patterns: { x: AB, y: AB }, keys: ['{{x}}c{{y}}'] },
    { patterns: { x: AB, y: AB }, keys: ['{{x}}{{y}}/{{x}}/{{y}}'] },
    { patterns: { x: AB, y: AB }, keys: ['{{x}}/*', '{{x}}/{{y}}/*'] },
    { patterns: { x: AB, y: AB }, keys: ['x/{{x}}/*', 'y/{{y}}/*'] },
    { patterns: { x: AB, y: '[cd]{1,3}' }, keys: ['{{x}}/*', '{{y}}/*'] },
    { patterns: { x: AB, y: AB }, keys: ['{{x}}', '{{y}}/*'] },
    { patterns: { x: AB }, keys: ['c/*'], prefix: '{{x}}/*' },
    { patterns: { x: AB, y: AB }, keys: ['{{x}}/*'], prefix: '{{y}}/*' },
    { patterns: { x: AB, y: AB }, keys: ['{{x}}/*'], prefix: '{{x}}*' },
    { patterns: { x: AB }, keys: ['{{x}}*'], prefix: '{{x}}/*' },
    { patterns: { x: 'a' }, keys: ['*{{x}}*'] },
  ])('%j', (one) => {
    const verdicts = prove(one).map(({ verdict }) => verdict)
    expect(verdicts.filter((one) => one !== 'separate' && one !== 'same-for-all')).toEqual([])
  })
})
