/** The proof of a document has limits. What is not decided within them is refused. */
import { expect, it } from 'vitest'
import { proveTenant } from '../../../packages/core/src/document/index.ts'

const LONG = Array.from({ length: 26 }, (_, index) => String.fromCharCode(97 + index))
  .flatMap((letter) => [`${letter}x[a-z]{1,200}`, `${letter}y[a-z]{1,200}`])
  .join('|')

it('decides a document with one very long pattern', () => {
  expect(verdictsOf(1, LONG)).toEqual(['separate'])
})

it('does not build the automata of any number of long patterns', () => {
  expect(new Set(verdictsOf(200, LONG))).toEqual(new Set(['undecided']))
})

it('spends nothing on attributes that no grant uses', () => {
  const unused = Array.from({ length: 200 }, (_, index) => [`a${index}`, LONG])
  const patterns = { team: '[a-z-]{1,32}', ...Object.fromEntries(unused) }
  expect(verdictsOfDocument(patterns, { own: [readingOf('team')] })).toEqual(['separate'])
})

it('refuses a pattern whose automaton has too many transitions', () => {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789']
  expect(verdictsOf(1, `(?:${letters.join('|')}){1,256}`)).toEqual(['undecided'])
})

it('decides the patterns of 50 usual attributes', () => {
  expect(new Set(verdictsOf(50, '[A-Za-z0-9._@+=|-]{1,128}'))).toEqual(new Set(['separate']))
})

it('decides 500 grants with a bucket each', () => {
  const statements = Array.from({ length: 500 }, (_, index) => ({
    Resource: `arn:aws:s3:::b${index}/{{team}}/{{user}}/*`,
  }))
  expect(new Set(verdictsOfStatements(statements))).toEqual(new Set(['separate']))
})

it('does not compare thousands of statements with each other', () => {
  const statements = Array.from({ length: 2500 }, (_, index) => ({
    Resource: `arn:aws:s3:::b${index}/{{team}}/*`,
  }))
  expect(verdictsOfStatements(statements)).toContain('undecided')
})

it('does not compare thousands of statements for everybody with each other', () => {
  const statements = Array.from({ length: 1500 }, () => ({ Resource: 'arn:aws:s3:::b/*' }))
  const verdicts = verdictsOfStatements(statements)
  expect(new Set(verdicts)).toEqual(new Set(['same-for-all', 'undecided']))
  expect(verdicts.at(-1)).toBe('undecided')
})

it('decides a thousand statements that are written alike', () => {
  const statements = Array.from({ length: 1000 }, () => ({
    Resource: 'arn:aws:s3:::b/{{team}}/*',
  }))
  expect(new Set(verdictsOfStatements(statements))).toEqual(new Set(['separate']))
})

it('does not compare thousands of resources of one statement with each other', () => {
  const Resource = Array.from({ length: 5000 }, (_, index) => `arn:aws:s3:::b${index}/{{team}}`)
  expect(verdictsOfStatements([{ Resource }])).toEqual(['undecided'])
})

it('does not list all combinations of conditions with several slots', () => {
  const keys = Array.from({ length: 24 }, (_, index) => [
    `aws:RequestTag/t${index}`,
    ['{{team}}', '{{user}}'],
  ])
  const Condition = { StringEquals: Object.fromEntries(keys) }
  expect(verdictsOfStatements([{ Resource: '*', Condition }])).toEqual(['undecided'])
})

it('limits comparisons that ignore case, which look at every state', () => {
  const prefixes = Array.from({ length: 1000 }, (_, index) => `${index}/{{team}}`)
  const Condition = { StringEqualsIgnoreCase: { 's3:prefix': prefixes } }
  expect(verdictsOfStatements([{ Resource: '*', Condition }])).toEqual(['undecided'])
})

/** Of a document with these statements in one grant. */
function verdictsOfStatements(statements: readonly object[]): string[] {
  return verdictsOfDocument(
    { team: '[a-z-]{1,32}', user: '[A-Za-z0-9._@+=|-]{1,128}' },
    {
      team: statements.map((statement) => ({
        Effect: 'Allow',
        Action: 's3:GetObject',
        ...statement,
      })),
    },
  )
}

/** Of a document with so many attributes of one pattern, and a statement for each. */
function verdictsOf(count: number, pattern: string): string[] {
  const names = Array.from({ length: count }, (_, index) => `a${index}`)
  return verdictsOfDocument(
    Object.fromEntries(names.map((name) => [name, pattern])),
    Object.fromEntries(names.map((name) => [name, [readingOf(name)]])),
  )
}

function readingOf(name: string): object {
  return { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${name}/{{${name}}}/*` }
}

/** @param policies by grant */
function verdictsOfDocument(
  patterns: Readonly<Record<string, string>>,
  policies: Readonly<Record<string, readonly object[]>>,
): string[] {
  const attributes = Object.entries(patterns).map(([name, pattern]) => [
    name,
    { from: `claims.${name}`, pattern },
  ])
  const grants = Object.entries(policies).map(([name, policy]) => [
    name,
    { role: 'arn:aws:iam::111122223333:role/acme', policy },
  ])
  const text = JSON.stringify({
    tenant: 'acme',
    issuers: [{ issuer: 'https://id.example', audiences: ['app'] }],
    attributes: Object.fromEntries(attributes),
    rules: [{ name: 'everybody', grant: Object.keys(policies)[0] }],
    grants: Object.fromEntries(grants),
  })
  return proveTenant(text, 'limits').isolation.map(({ verdict }) => verdict)
}
