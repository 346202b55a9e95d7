/** What the proof accepts and refuses for a tenant with several issuers. */
import { describe, expect, it } from 'vitest'
import { compileTenant } from '../../../packages/core/src/document/index.ts'
import {
  documentOf,
  errorsOf,
  grantOf,
  ISSUERS,
  type Parts,
  reading,
  TEAM_AND_USER,
} from './isolation-documents.ts'

describe('a tenant with two issuers', () => {
  const grants = grantOf('own', [reading('arn:aws:s3:::b/{{user}}/*')])
  const errors = (parts: Partial<Parts>) => errorsOf({ grants, issuers: ISSUERS, ...parts })
  const COMPANY = `  company: { from: 'issuer == "${ISSUERS[0]}" ? "a" : "b"' }`

  /** Callers of the first issuer get the grant a, those of the second one b. */
  const rules = ['a', 'b']
    .map((name, at) => `  - { name: ${name}, when: 'issuer == "${ISSUERS[at]}"', grant: ${name} }`)
    .join('\n')

  it('is refused where users of both can have the same value', () => {
    expect(errors({})).toEqual([expect.stringMatching(/^grants\.own\.policy\[0\]: the tenant has/)])
    expect(errors({ issuers: ISSUERS.slice(1) })).toEqual([])
  })

  it('says each way to keep them apart', () => {
    const [error] = compileTenant(documentOf({ grants, issuers: ISSUERS }), 'acme.yaml').errors
    for (const way of ['one tenant per issuer', 'issuer: https://', 'issuer ==', 'acrossIssuers'])
      expect(error?.hint).toContain(way)
  })

  it('may limit an attribute to one issuer', () => {
    const attributes = `  user: { from: claims.sub, issuer: '${ISSUERS[0]}' }`
    expect(errors({ attributes })).toEqual([])
    const unknown = '  user: { from: claims.sub, issuer: https://three.example }'
    expect(errors({ attributes: unknown })).toContainEqual(
      expect.stringContaining('attributes.user.issuer: https://three.example is not an issuer'),
    )
  })

  it('may limit the rules of a grant to one issuer', () => {
    const rule = (when: string) => `  - { name: one, when: '${when}', grant: own }`
    expect(errors({ rules: rule(`issuer == "${ISSUERS[0]}" && claims.x`) })).toEqual([])
    expect(errors({ rules: rule(`issuer in ["${ISSUERS[0]}"]`) })).toEqual([])
    expect(errors({ rules: rule(`issuer == "${ISSUERS[0]}" || claims.x`) })).toHaveLength(1)
    expect(errors({ rules: rule(`issuer != "${ISSUERS[0]}"`) })).toHaveLength(1)
    const both = ISSUERS.map((issuer) => rule(`issuer == "${issuer}"`)).join('\n')
    expect(errors({ rules: both })).toHaveLength(1)
  })

  it('is refused where each issuer has its own grant, and two users meet between these', () => {
    const pair = (first: string, second: string, more = {}) =>
      errors({
        ...more,
        rules,
        grants: [grantOf('a', [reading(first)]), grantOf('b', [reading(second)])].join('\n'),
      })
    const own = 'arn:aws:s3:::b/{{user}}/*'
    expect(pair(own, own)).toEqual([
      'grants.b.policy[0]: a caller of https://one.example through grants.a.policy[0] and a ' +
        'caller of https://two.example here can have the same values: they would share what ' +
        'both reach',
    ])
    expect(pair(own, 'arn:aws:s3:::b/{{user}}/own/*')).toHaveLength(1)
    expect(pair('arn:aws:s3:::b/{{team}}/*', 'arn:aws:s3:::b/{{team}}/{{user}}')).toHaveLength(1)
    expect(pair('arn:aws:s3:::b/one/{{user}}/*', 'arn:aws:s3:::b/two/{{user}}/*')).toEqual([])
    const named = 'arn:aws:s3:::b/{{company}}-{{user}}/*'
    expect(pair(named, named, { attributes: `${TEAM_AND_USER}\n${COMPANY}` })).toEqual([])
    const attributes = '  user: { from: claims.sub, acrossIssuers: true }'
    expect(pair(own, own, { attributes })).toEqual([])
  })

  it.each([
    ['{{user}}/*', '{{user}}/${aws:userid}'],
    ['{{user}}/${aws:userid}', '{{user}}/*'],
    ['{{user}}/*', '{{user}}/{{company}}'],
    ['{{user}}/{{company}}', '{{user}}/*'],
  ])('is refused where the issuer or the caller is named in one of %s and %s', (first, second) => {
    const grants = [first, second].map((key, at) =>
      grantOf(at === 0 ? 'a' : 'b', [reading(`arn:aws:s3:::b/${key}`)]),
    )
    const attributes = `${TEAM_AND_USER}\n${COMPANY}`
    expect(errors({ rules, attributes, grants: grants.join('\n') })).toEqual([
      'grants.b.policy[0]: a caller of https://one.example through grants.a.policy[0] and a ' +
        'caller of https://two.example here can have the same values: they would share what ' +
        'both reach',
    ])
  })

  it('is refused with the two values where callers of one issuer would meet too', () => {
    const pair = (first: string, second: string) =>
      errors({
        rules,
        grants: [grantOf('a', [reading(first)]), grantOf('b', [reading(second)])].join('\n'),
      })
    expect(pair('arn:aws:s3:::b/{{team}}/*', 'arn:aws:s3:::b/{{user}}/*')).toEqual([
      expect.stringMatching(
        /: a caller with team "(\S+)" through grants\.a\.policy\[0\] and a caller with user "\1" /,
      ),
    ])
    expect(pair('arn:aws:s3:::b/public/*', 'arn:aws:s3:::b/{{user}}/*')).toEqual([
      expect.stringMatching(
        /: a caller through grants\.a\.policy\[0\] and a caller with user "public"/,
      ),
    ])
    expect(pair('arn:aws:s3:::b/{{user}}/*', 'arn:aws:s3:::b/public/*')).toEqual([
      expect.stringMatching(
        /: a caller with user "public" through grants\.a\.policy\[0\] and a caller /,
      ),
    ])
  })

  it('is refused where it is not decided whether users of two issuers meet', () => {
    const attributes = `  x: { from: claims.x, pattern: '[ab]' }
  y: { from: claims.y, pattern: '[ab]' }`
    const pair = (second: string) =>
      errors({
        ...{ rules, attributes },
        grants: [
          grantOf('a', [reading('arn:aws:s3:::b/{{y}}c{{y}}/{{x}}')]),
          grantOf('b', [reading(`arn:aws:s3:::b/${second}`)]),
        ].join('\n'),
      })
    // The only text that both could reach needs two values of y.
    expect(pair('acb/{{x}}')).toEqual([expect.stringContaining('it could not be decided')])
    // For different values of x, the text needs two values of y; for equal ones, it does not.
    expect(pair('{{x}}ca/a')).toEqual([
      expect.stringContaining('a caller of https://two.example here can have the same values'),
    ])
  })

  it('is refused where the tags of two grants give users of two issuers the same one', () => {
    const grant = (name: string, tag: string) =>
      grantOf(name, [reading(`arn:aws:s3:::${name}/{{user}}/*`)], `{ owner: '${tag}' }`)
    const pair = (first: string, second: string) =>
      errors({ rules, grants: `${grant('a', first)}\n${grant('b', second)}` })
    expect(pair('{{user}}', '{{user}}')).toHaveLength(1)
    expect(pair('one/{{user}}', 'two/{{user}}')).toEqual([])
  })

  it('may use an attribute that differs for each issuer', () => {
    const attributes = `${TEAM_AND_USER}\n${COMPANY}`
    const own = (resource: string) =>
      errors({ attributes, grants: grantOf('own', [reading(resource)]) })
    expect(own('arn:aws:s3:::b/{{company}}-{{user}}/*')).toEqual([])
    expect(own('arn:aws:s3:::{{company}}/x')).toEqual([])
    expect(own('arn:aws:s3:::b/{{user}}/*')).toHaveLength(1)
    const same = `${TEAM_AND_USER}\n  company: { from: 'issuer == "x" ? "a" : "b"' }`
    const resource = 'arn:aws:s3:::b/{{company}}-{{user}}/*'
    expect(errors({ attributes: same, grants: grantOf('own', [reading(resource)]) })).toHaveLength(
      1,
    )
  })

  it('may declare that an attribute means the same at each issuer', () => {
    const attributes = '  user: { from: claims.sub, acrossIssuers: true }'
    expect(errors({ attributes })).toEqual([])
    const team = `${attributes}\n  team: { from: claims.team }`
    const resource = 'arn:aws:s3:::b/{{team}}/{{user}}/*'
    expect(errors({ attributes: team, grants: grantOf('own', [reading(resource)]) })).toHaveLength(
      1,
    )
  })

  it('needs the issuer in session tags too', () => {
    const tagged = (tag: string) =>
      grantOf('own', [reading('arn:aws:s3:::b/{{company}}-{{user}}/*')], `{ owner: '${tag}' }`)
    const attributes = `${TEAM_AND_USER}\n${COMPANY}`
    expect(errors({ attributes, grants: tagged('{{company}}-{{user}}') })).toEqual([])
    expect(errors({ attributes, grants: tagged('{{user}}') })).toHaveLength(1)
  })
})
