/** Edges of the proof: its limits, the caller's variables, conditions, and issuers. */
import { describe, expect, it } from 'vitest'
import { proveTenant } from '../../../packages/core/src/document/index.ts'
import {
  documentOf,
  errorsOf,
  grantOf,
  ISSUERS,
  type Parts,
  reading,
} from './isolation-documents.ts'

const BUCKET = 'arn:aws:s3:::b/'
const findingsOf = (parts: Parts) => proveTenant(documentOf(parts), 'acme.yaml').isolation
const verdictsOf = (parts: Parts) => findingsOf(parts).map(({ verdict }) => verdict)
const attribute = (name: string, pattern: string) =>
  `  ${name}: { from: claims.${name}, pattern: '${pattern}' }`

describe('what is too large is not decided', () => {
  it('by the number of slots', () => {
    const withSlots = (count: number): Parts => {
      const names = [...'abcdefghijklm'].slice(0, count)
      return {
        attributes: names.map((name) => attribute(name, '[a-z]')).join('\n'),
        grants: grantOf('own', [
          reading(`${BUCKET}${names.map((name) => `{{${name}}}`).join('/')}`),
        ]),
      }
    }
    expect(verdictsOf(withSlots(12))).toEqual(['separate'])
    expect(verdictsOf(withSlots(13))).toEqual(['undecided'])
  })

  it('by the number of states', () => {
    const resource = `${BUCKET}${'{{x}}/'.repeat(100)}`
    const attributes = attribute('x', '[a-z]{1,250}')
    expect(findingsOf({ attributes, grants: grantOf('own', [reading(resource)]) })).toEqual([
      expect.objectContaining({ verdict: 'undecided', slots: [] }),
    ])
  })
})

describe('an attribute', () => {
  const own = { grants: grantOf('own', [reading(`${BUCKET}{{x}}/*`)]) }

  it('whose values have too many states is not decided', () => {
    const attributes = attribute('x', Array(95).fill('\\d{1,256}').join('|'))
    expect(verdictsOf({ ...own, attributes })).toEqual(['undecided'])
  })

  it('with an invalid pattern is an error of its own', () => {
    expect(errorsOf({ ...own, attributes: attribute('x', '[a-z') })).toEqual([
      expect.stringMatching(/^attributes\.x\.pattern: /),
    ])
  })
})

describe('a variable of the caller', () => {
  const named = (key: string, more = '') =>
    findingsOf({
      grants: grantOf('own', [reading(`${BUCKET}${key}`)]).replace(
        '    policy:',
        `${more}    policy:`,
      ),
    })[0]
  const WITH_SOURCE = "    sourceIdentity: '{{user}}'\n"

  it('is the source identity, where the grant has one', () => {
    expect(named('${aws:SourceIdentity}/*', WITH_SOURCE)).toMatchObject({
      ...{ verdict: 'separate', slots: ['${aws:sourceidentity}'] },
    })
    expect(named('${aws:SourceIdentity}/*')?.verdict).toBe('same-for-all')
    expect(named('${aws:SourceIdentity}@*', WITH_SOURCE)).toMatchObject({
      verdict: 'not-separate',
      example: { first: { '${aws:sourceidentity}': expect.stringMatching(/^[\w+=,.@-]{2,64}$/) } },
    })
    expect(named('x-${aws:SourceIdentity}', WITH_SOURCE)?.verdict).toBe('separate')
  })

  it('is the id of the session, with the name of the session after a colon', () => {
    expect(named('${aws:userid}/*')).toMatchObject({
      ...{ verdict: 'separate', slots: ['${aws:userid}'] },
    })
    expect(named('${aws:userid}:*')?.verdict).toBe('separate')
    const id = expect.stringMatching(/^[A-Z0-9]{16,128}:[\w+=,.@-]{2,64}$/)
    expect(named('${aws:userid}*')).toMatchObject({
      verdict: 'not-separate',
      example: { first: { '${aws:userid}': id }, second: { '${aws:userid}': id } },
    })
  })
})

describe('conditions on one key', () => {
  const listing = (condition: string, attributes?: string) =>
    verdictsOf({
      ...(attributes === undefined ? {} : { attributes }),
      grants: grantOf('own', [
        `Action: ['s3:ListBucket'], Resource: 'arn:aws:s3:::b', Condition: { ${condition} }`,
      ]),
    })
  const OWN = "StringLike: { 's3:prefix': '{{user}}/*' }"
  const ANY = "StringEquals: { 'S3:Prefix': ['a/', 'b/'] }"

  it('keep callers apart where one of them does', () => {
    expect(listing(`${OWN}, ${ANY}`)).toEqual(['separate'])
    expect(listing(`${ANY}, ${OWN}`)).toEqual(['separate'])
    expect(listing(ANY)).toEqual(['same-for-all'])
  })

  it('that ignore case need values without case, of each slot and in each value', () => {
    const attributes = `${attribute('team', '[a-z]{1,3}')}\n${attribute('user', '[A-Za-z]{1,3}')}`
    const ignoring = (...values: string[]) =>
      listing(`StringEqualsIgnoreCase: { 's3:prefix': ${JSON.stringify(values)} }`, attributes)
    expect(ignoring('{{team}}/x')).toEqual(['separate'])
    expect(ignoring('{{user}}/x')).toEqual(['slots-without-effect'])
    expect(ignoring('{{team}}/x', '{{user}}/x')).toEqual(['slots-without-effect'])
    expect(ignoring('{{team}}/{{user}}')).toEqual(['slots-without-effect'])
  })

  it('do not matter for a statement without them', () => {
    const rest = `Resource: '${BUCKET}{{user}}/*'`
    const first = `Action: ['s3:GetObject'], Resource: '${BUCKET}{{team}}/*'`
    const grants = grantOf('own', [`${first}, Condition: { ${OWN} }`, `Action: ['s3:*'], ${rest}`])
    expect(verdictsOf({ grants })).toEqual(['separate', 'not-separate'])
  })
})

describe('a tenant with two issuers', () => {
  const own = (attributes: string, key: string, rules?: string): Parts => ({
    ...{ issuers: ISSUERS, attributes, ...(rules === undefined ? {} : { rules }) },
    grants: [
      grantOf('own', [reading(`${BUCKET}${key}`)]),
      grantOf('other', [reading(BUCKET)]),
    ].join('\n'),
  })
  const [one, two] = ISSUERS
  const from = `issuer == "${one}" ? "a" : issuer.split("-")[9]`
  const bySecond = `  c: { from: '${from}', pattern: '[a-z]{1,3}' }`

  it('does not know a value that an issuer does not have', () => {
    expect(verdictsOf(own(bySecond, '{{c}}/*'))[0]).toBe('issuers-not-separate')
  })

  it('limits a grant by its own rules only, and by each attribute that it uses', () => {
    const user = `${attribute('user', '[a-z]{1,3}')}\n${attribute('team', '[a-z]{1,3}')}`
    const rule = (name: string, grant: string, when: string) =>
      `  - { name: ${name}, when: '${when}', grant: ${grant} }`
    const first = rule('a', 'own', `issuer == "${one}"`)
    const other = rule('b', 'other', `issuer == "${two}"`)
    expect(verdictsOf(own(user, '{{user}}/*', `${first}\n${other}`))[0]).toBe('separate')
    expect(verdictsOf(own(user, '{{user}}/*', `${first}\n  - { name: b, grant: other }`))[0]).toBe(
      'separate',
    )
    const limited = `  user: { from: claims.sub, issuer: '${one}', pattern: '[a-z]{1,3}' }
${attribute('team', '[a-z]{1,3}')}`
    const both = '  - { name: a, grant: own }\n  - { name: b, grant: other }'
    expect(verdictsOf(own(limited, '{{user}}/{{team}}/*', both))[0]).toBe('separate')
    expect(verdictsOf(own(limited, '{{team}}/*', both))[0]).toBe('issuers-not-separate')
    expect(errorsOf(own(limited, '{{team}}/*', both))).toHaveLength(1)
  })

  it('compares two grants of which each is for one of them', () => {
    const attributes = `${attribute('user', '[a-z]{1,3}')}
  t: { from: claims.t, issuer: '${two}', pattern: '[a-z]{1,3}' }`
    const statement = [reading(`${BUCKET}{{user}}/*`)]
    const grants = [grantOf('own', statement), grantOf('other', statement, "{ t: '{{t}}' }")]
    const rules = `  - { name: a, when: 'issuer == "${one}"', grant: own }
  - { name: b, grant: other }`
    const parts = { issuers: ISSUERS, attributes, rules, grants: grants.join('\n') }
    expect(findingsOf(parts)[1]).toMatchObject({
      ...{ verdict: 'issuers-not-separate', mixed: { reader: 'subject', issuers: [one, two] } },
    })
  })

  it('knows of an attribute without claims and issuer what its pattern says', () => {
    const constant = `  x: { from: '"red"', pattern: '[a-z]{1,3}' }`
    expect(
      verdictsOf({ attributes: constant, grants: grantOf('own', [reading(`${BUCKET}{{x}}/*`)]) }),
    ).toEqual(['separate'])
  })
})
