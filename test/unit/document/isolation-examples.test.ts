/** The example of two callers who meet: their values are possible, and both reach the text. */
import { describe, expect, it } from 'vitest'
import { proveTenant } from '../../../packages/core/src/document/index.ts'
import { documentOf, grantOf } from './isolation-documents.ts'

/** Templates by dimension, and patterns by slot. */
interface Case {
  readonly patterns: Readonly<Record<string, string>>
  /** Below one bucket, by statement: one resource, or a list of them. */
  readonly keys: readonly (string | readonly string[])[]
  readonly prefix?: string
}

const BUCKET = 'arn:aws:s3:::b/'

function prove({ patterns, keys, prefix }: Case) {
  const condition =
    prefix === undefined ? '' : `, Condition: { StringLike: { 's3:prefix': '${prefix}' } }`
  const attributes = Object.entries(patterns)
    .map(([name, pattern]) => `  ${name}: { from: claims.${name}, pattern: '${pattern}' }`)
    .join('\n')
  const statements = keys.map((key) => {
    const resources = [key].flat().map((one) => `${BUCKET}${one}`)
    return `Action: ['s3:GetObject'], Resource: ${JSON.stringify(resources)}${condition}`
  })
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
    // What everybody reaches belongs to one caller.
    { patterns: { x: AB }, keys: [['{{x}}/*', 'a/*']] },
    { patterns: { x: AB }, keys: [['a/*', '{{x}}/*']] },
    { patterns: { x: AB }, keys: ['{{x}}/*', 'a/*'] },
    // The values have one length.
    { patterns: { x: '[ab]' }, keys: ['*{{x}}*'] },
    { patterns: { x: 'a|b' }, keys: ['*{{x}}c*'] },
    { patterns: { x: '[ab]' }, keys: ['*{{x}}{{x}}*'] },
    { patterns: { x: '[ab]{2}' }, keys: ['*{{x}}*'] },
    { patterns: { x: '[ab]', y: '[bc]' }, keys: ['*{{x}}{{y}}*'] },
    { patterns: { x: 'ab|ba' }, keys: ['*{{x}}*'] },
    { patterns: { x: 'ab|cb' }, keys: ['*{{x}}*{{x}}*'] },
    { patterns: { x: '[ab]', y: '[ab]' }, keys: ['{{y}}*{{x}}*{{y}}'] },
    // Their characters are two positions apart.
    { patterns: { x: '[ab]' }, keys: ['*c{{x}}c*'] },
    { patterns: { x: '[ab]', y: '[ab]' }, keys: ['*c{{x}}c*/{{y}}'] },
    { patterns: { x: '[ab]' }, keys: [['*c{{x}}c*', 'ca*c{{x}}c']] },
    { patterns: { x: '[ab]' }, keys: [['ca*c{{x}}c', '*c{{x}}c*']] },
    { patterns: { x: '[ab]{2}' }, keys: [['c{{x}}ca*', '*{{x}}c*']] },
    { patterns: { x: '[ab][cd]' }, keys: ['*e{{x}}e*'] },
    { patterns: { x: 'a[cd]' }, keys: ['*e{{x}}e*'] },
    { patterns: { x: '[ab]', y: '[cd]' }, keys: ['*e{{x}}{{y}}e*'] },
    { patterns: { x: '[ab]' }, keys: [['c{{x}}c??', '??c{{x}}c']] },
    { patterns: { x: '[ab]' }, keys: [['c{{x}}ca?', '??c{{x}}c']] },
    { patterns: { x: '[ab]' }, keys: [['c{{x}}c??', '?ac{{x}}c']] },
    { patterns: { x: '[ab]{2}' }, keys: [['c{{x}}cca??', '?a?cc{{x}}c']] },
    {
      patterns: { x: '[ab]', y: 'd|e' },
      keys: [['c{{x}}c??/f{{y}}fd?', '??c{{x}}c/?df{{y}}f']],
    },
    // One begins as the other one does.
    { patterns: { x: AB, y: AB }, keys: ['{{x}}/*', 'a{{y}}/*'] },
    { patterns: { x: AB, y: AB }, keys: ['a{{y}}/*', '{{x}}/*'] },
    {
      patterns: { x: AB, y: AB },
      keys: [
        ['c/{{x}}', 'd/{{x}}'],
        ['d/{{y}}', 'e/{{y}}'],
      ],
    },
    { patterns: { x: AB, y: AB }, keys: [['c/{{x}}', 'd/{{x}}'], 'c/{{y}}'] },
    { patterns: { x: AB, y: AB }, keys: ['c/{{x}}', ['d/{{y}}', 'c/{{y}}']] },
    { patterns: { x: AB, y: AB }, keys: [['{{x}}/*', '*/{{y}}']] },
    { patterns: { x: AB }, keys: [['c/{{x}}', '{{x}}*']] },
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
    const isReached = (at: unknown, values: Readonly<Record<string, string>>) =>
      [keys[Number(at)] ?? []]
        .flat()
        .some((key) => reachedBy(`${BUCKET}${key}`, values).test(texts.Resource ?? ''))
    const own = path?.at(-1)
    expect(isReached(other?.path.at(-1) ?? own, first)).toBe(true)
    expect(isReached(own, second)).toBe(true)
    if (prefix !== undefined)
      for (const values of [first, second])
        expect(texts['s3:prefix']).toMatch(reachedBy(prefix, values))
    const common = Object.keys(first).filter((slot) => slot in second)
    const differ = common.filter((slot) => first[slot] !== second[slot])
    const isOneInTheOther =
      common.length === Object.keys(first).length || common.length === Object.keys(second).length
    // Where each has a slot of its own, callers differ in those.
    if (isOneInTheOther && common.length > 0) expect(differ).not.toEqual([])
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
    { patterns: { x: AB, y: AB }, keys: ['{{x}}/{{y}}/*', '{{x}}/*'] },
    { patterns: { x: AB, y: AB }, keys: [['{{x}}/*', '{{x}}/{{y}}/*']] },
    { patterns: { x: AB, y: AB }, keys: [['{{x}}/{{y}}/*', '{{x}}/*']] },
    { patterns: { x: AB, y: AB }, keys: [['{{x}}/c', '{{x}}/{{y}}/d']] },
    { patterns: { x: AB, y: AB }, keys: [['{{x}}/{{y}}/d', '{{x}}/c']] },
    // One resource is for everybody, and no caller reaches it by name.
    { patterns: { x: AB }, keys: [['c/{{x}}/*', 'd/*']] },
    {
      patterns: { x: AB },
      keys: [
        ['c/{{x}}', 'd/{{x}}'],
        ['d/{{x}}', 'c/{{x}}'],
      ],
    },
  ])('%j', (one) => {
    const verdicts = prove(one).map(({ verdict }) => verdict)
    expect(verdicts.filter((one) => one !== 'separate' && one !== 'same-for-all')).toEqual([])
  })
})
