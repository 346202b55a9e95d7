/** An audience of an issuer belongs to one tenant, unless `member` separates the claimants. */
import { expect, it } from 'vitest'
import { compileTenants, formatError } from '../../../packages/core/src/document/index.ts'
import { smallDocument } from '../../fixtures/small-document.ts'

const SHARED = 'https://shared.example'

interface Claim {
  readonly member?: string
  readonly audience?: string
  readonly issuers?: readonly string[]
}

function errorsOf(...claims: readonly Claim[]): string[] {
  const files = claims.map((claim, index) => ({
    file: `${index}.yaml`,
    text: smallDocument(`tenant-${index}`, { issuers: [SHARED], ...claim }),
  }))
  return compileTenants(files).errors.map(formatError)
}

it('names both documents, the audience and the issuer, and says what to write', () => {
  expect(errorsOf({}, {})).toEqual([
    '1.yaml:3:41 issuers[0].audiences: tenant tenant-0 (0.yaml) also claims the audience app of ' +
      `the issuer ${SHARED}, and this document has no member condition that reads a claim; ` +
      'write a member condition in both documents, such as member: claims.org == "tenant-1", ' +
      'or give each tenant an audience of its own',
  ])
})

it('says which of the documents lacks a condition, or that both have the same', () => {
  const red = { member: 'claims.org == "red"' }
  expect(errorsOf(red, {})[0]).toContain('and this document has no member condition that reads')
  expect(errorsOf({}, red)[0]).toContain('and its document has no member condition that reads')
  expect(errorsOf(red, red)[0]).toContain('and both have the same member condition; write')
})

it.each<[what: string, first: Claim, second: Claim]>([
  ['only the first has a condition', { member: 'claims.org == "a"' }, {}],
  ['only the second has a condition', {}, { member: 'claims.org == "a"' }],
  ['both have the same', { member: 'claims.org == "a"' }, { member: 'claims.org == "a"' }],
  ['white space', { member: 'claims.org == "a"' }, { member: ' ( claims.org=="a" ) ' }],
  ['order of operands', { member: 'claims.org == "a"' }, { member: '"a" == claims.org' }],
  ['form of access', { member: 'claims.org == "a"' }, { member: 'claims["org"] == "a"' }],
  [
    'order of a conjunction',
    { member: 'claims.a == "x" && claims.b == "y"' },
    { member: 'claims.b == "y" && claims.a == "x"' },
  ],
  [
    'order of a disjunction',
    { member: 'claims.a == "x" || claims.b != 1' },
    { member: '1 != claims.b || claims.a == "x"' },
  ],
  ['types of numbers', { member: 'claims.a == 1' }, { member: 'claims.a == 1.0' }],
  ['a constant', { member: 'true' }, { member: 'claims.org == "a"' }],
  ['two constants', { member: 'true' }, { member: '1 == 1' }],
  ['a condition on the issuer', { member: 'claims.org == "a"' }, { member: 'issuer != ""' }],
  ['a condition on the request', { member: 'request.ip != ""' }, { member: 'claims.a == "a"' }],
])('refuses documents that are not separated: %s', (_, first, second) => {
  expect(errorsOf(first, second)).toEqual([expect.stringContaining('tenant tenant-0 (0.yaml)')])
})

it.each<[what: string, first: Claim, second: Claim]>([
  ['other audiences', { audience: 'a' }, { audience: 'b' }],
  ['other issuers', { issuers: ['https://a.example'] }, { issuers: ['https://b.example'] }],
  ['issuers that differ in case', { issuers: [SHARED] }, { issuers: [`${SHARED}/`] }],
  ['other values', { member: 'claims.org == "a"' }, { member: 'claims.org == "b"' }],
  ['other claims', { member: 'claims.org == "a"' }, { member: 'claims.team == "a"' }],
  ['one is stricter', { member: 'claims.a == "x"' }, { member: 'claims.a == "x" && claims.b' }],
  ['lists of claims', { member: '"a" in claims' }, { member: '"b" in claims' }],
  ['order matters', { member: 'claims.a in claims.b' }, { member: 'claims.b in claims.a' }],
  ['a number and its fraction', { member: 'claims.a == 1' }, { member: 'claims.a == 1.5' }],
  [
    'numbers beyond 2^53',
    { member: 'claims.a == 9007199254740992' },
    { member: 'claims.a == 9007199254740993' },
  ],
  ['text and number', { member: 'claims.a == "1"' }, { member: 'claims.a == 1' }],
  ['the name and the value', { member: 'claims.a == "b"' }, { member: 'claims.b == "a"' }],
  ['elements of a list', { member: 'claims.a in ["x", "y"]' }, { member: 'claims.a in ["xy"]' }],
])('accepts documents that are separated: %s', (_, first, second) => {
  expect(errorsOf(first, second)).toEqual([])
})

it('compares each document with all before it', () => {
  const red = { member: 'claims.org == "red"' }
  const [blue, green] = [{ member: 'claims.org == "blue"' }, { member: 'claims.org == "green"' }]
  expect(errorsOf(red, blue, green)).toEqual([])
  expect(errorsOf(red, blue, {}, green)).toEqual([
    expect.stringMatching(/^2\.yaml.*tenant-0 \(0\.yaml\)/),
    expect.stringMatching(/^3\.yaml.*tenant-2 \(2\.yaml\)/),
  ])
  expect(errorsOf(red, blue, blue, red)).toEqual([
    expect.stringMatching(/^2\.yaml.*tenant-1 \(1\.yaml\)/),
    expect.stringMatching(/^3\.yaml.*tenant-0 \(0\.yaml\)/),
  ])
  expect(errorsOf({}, {}, {})).toHaveLength(2)
})

it('names all audiences that two documents share in one error, and no other', () => {
  const documentOf = (tenant: string, audiences: string) =>
    smallDocument(tenant, { issuers: [SHARED] }).replace("['app']", audiences)
  const { errors } = compileTenants([
    { file: 'a.yaml', text: documentOf('a', '[one, two, three]') },
    { file: 'b.yaml', text: documentOf('b', '[two, four, three]') },
  ])
  expect(errors).toHaveLength(1)
  expect(errors[0]?.message).toContain('the audiences two, three of the issuer')
})

it('checks each issuer of a document', () => {
  const issuers = ['https://own.example', SHARED]
  expect(errorsOf({}, { issuers })).toEqual([expect.stringContaining('issuers[1].audiences')])
})

it('applies to documents that verify the issuer differently', () => {
  const files = ['1h', '2h'].map((maxTokenAge, index) => ({
    file: `${index}.yaml`,
    text: smallDocument(`tenant-${index}`, { issuers: [SHARED], maxTokenAge }),
  }))
  expect(compileTenants(files).errors).toHaveLength(1)
})
