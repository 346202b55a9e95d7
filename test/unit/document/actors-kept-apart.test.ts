/** What the proof accepts and refuses where actors of several issuers act for users. */
import { describe, expect, it } from 'vitest'
import { compileTenant } from '../../../packages/core/src/document/index.ts'
import {
  documentOf,
  errorsOf,
  grantOf,
  ISSUERS,
  type Parts,
  reading,
} from './isolation-documents.ts'

const [ONE, TWO] = ISSUERS
const ATTRIBUTES = `  user: { from: claims.sub }
  agent: { from: actor.subject }
  partner: { from: 'actor.issuer == "${ONE}" ? "a" : "b"' }
  either: { from: 'has(actor.subject) ? actor.subject : claims.sub' }
  desk: { from: actor.actor.subject }
  indexed: { from: 'actor["subject"]' }`

const rule = (when: string, grant = 'own') =>
  `  - { name: ${grant}, when: '${when}', grant: ${grant} }`
/** All users are of the first issuer. */
const USERS = `issuer == "${ONE}"`
const ANY_ACTOR = rule(`${USERS} && has(actor.subject)`)

const errors = (resource: string, parts: Partial<Parts> = {}) =>
  errorsOf({
    ...{ issuers: ISSUERS, attributes: ATTRIBUTES, rules: ANY_ACTOR },
    grants: grantOf('own', [reading(`arn:aws:s3:::b/${resource}/*`)]),
    ...parts,
  })

describe('a statement', () => {
  it('for the user is the same for the user and each of its actors', () => {
    expect(errors('{{user}}')).toEqual([])
  })

  it('for the actor is refused where actors of two issuers can have the same value', () => {
    expect(errors('{{agent}}')).toEqual([
      'grants.own.policy[0]: the tenant has several issuers, and two of their actors can have ' +
        'the same agent: they would share what is reached here',
    ])
    expect(errors('{{user}}/{{agent}}')).toHaveLength(1)
    expect(errors('{{agent}}', { issuers: [String(ONE)] })).toEqual([])
  })

  it('for the actor may be limited to the actors of one issuer', () => {
    const when = (condition: string) => ({ rules: rule(`${USERS} && ${condition}`) })
    expect(errors('{{agent}}', when(`actor.issuer == "${TWO}"`))).toEqual([])
    expect(errors('{{agent}}', when(`actor.issuer in ["${TWO}"]`))).toEqual([])
    expect(errors('{{agent}}', when(`(actor.issuer == "${TWO}" || claims.x)`))).toHaveLength(1)
    expect(errors('{{agent}}', when(`actor.issuer != "${TWO}"`))).toHaveLength(1)
    expect(errors('{{agent}}', when(`actor.actor.issuer == "${TWO}"`))).toHaveLength(1)
    const both = [ONE, TWO].map((one) => rule(`${USERS} && actor.issuer == "${one}"`)).join('\n')
    expect(errors('{{agent}}', { rules: both })).toHaveLength(1)
  })

  it('for the actor may name its issuer, or declare that it does not matter', () => {
    expect(errors('{{partner}}-{{agent}}')).toEqual([])
    const attributes = '  agent: { from: actor.subject, acrossIssuers: true }'
    expect(errors('{{agent}}', { attributes })).toEqual([])
    // The issuer of the user says nothing of that of the actor.
    const company = `${ATTRIBUTES}\n  company: { from: 'issuer == "${ONE}" ? "a" : "b"' }`
    expect(errors('{{company}}-{{agent}}', { attributes: company })).toHaveLength(1)
  })

  it('for either of the two needs one issuer of both', () => {
    expect(errors('{{either}}')).toEqual([
      'grants.own.policy[0]: the tenant has several issuers, and a user of one and an actor of ' +
        'another can have the same either: they would share what is reached here',
    ])
    const when = (issuer: string | undefined) => ({
      rules: rule(`${USERS} && actor.issuer == "${issuer}"`),
    })
    expect(errors('{{either}}', when(ONE))).toEqual([])
    expect(errors('{{either}}', when(TWO))).toHaveLength(1)
    expect(errors('{{partner}}-{{either}}')).toHaveLength(1)
    expect(errors('{{either}}-${aws:userid}')).toEqual([])
  })

  it('for who acted before is one for users of the subject’s issuer', () => {
    expect(errors('{{desk}}')).toEqual([])
    expect(errors('{{desk}}', { rules: rule('has(actor.actor.subject)') })).toHaveLength(1)
  })

  it('for what an expression reads of the whole chain needs one issuer of all', () => {
    expect(errors('{{indexed}}')).toHaveLength(1)
    const when = (issuer: string | undefined) => rule(`${USERS} && actor.issuer == "${issuer}"`)
    expect(errors('{{indexed}}', { rules: when(TWO) })).toHaveLength(1)
    expect(errors('{{indexed}}', { rules: when(ONE) })).toEqual([])
  })

  it('for the actor in a grant without actors is accepted: nobody gets it', () => {
    expect(errors('{{agent}}', { rules: rule(USERS) })).toEqual([])
  })
})

describe('two grants', () => {
  const pair = (first: string, second: string, conditions: readonly [string, string]) =>
    errors('', {
      rules: [rule(conditions[0], 'a'), rule(conditions[1], 'b')].join('\n'),
      grants: [first, second]
        .map((text, at) => grantOf(at === 0 ? 'a' : 'b', [reading(`arn:aws:s3:::b/${text}/*`)]))
        .join('\n'),
    })
  const acting = (issuer: string | undefined) => `${USERS} && actor.issuer == "${issuer}"`

  it('one for users, one for their actors, give the user’s own to both', () => {
    expect(pair('{{user}}', '{{user}}', [USERS, acting(TWO)])).toEqual([])
    expect(pair('{{user}}', '{{user}}/{{agent}}', [USERS, acting(TWO)])).toEqual([])
  })

  it('are refused where a user could have the name of an actor', () => {
    expect(pair('{{user}}', '{{agent}}', [USERS, acting(TWO)])).toHaveLength(1)
    expect(pair('users/{{user}}', 'agents/{{agent}}', [USERS, acting(TWO)])).toEqual([])
  })

  it('are refused where actors of two issuers could meet', () => {
    expect(pair('{{agent}}', '{{agent}}', [acting(ONE), acting(TWO)])).toEqual([
      'grants.b.policy[0]: an actor of https://one.example through grants.a.policy[0] and an ' +
        'actor of https://two.example here can have the same values: they would share what both ' +
        'reach',
    ])
    expect(pair('one/{{agent}}', 'two/{{agent}}', [acting(ONE), acting(TWO)])).toEqual([])
  })
})

describe('each refusal says what to write', () => {
  const hint = (slot: string) =>
    compileTenant(
      documentOf({
        ...{ issuers: ISSUERS, attributes: ATTRIBUTES, rules: ANY_ACTOR },
        grants: grantOf('own', [reading(`arn:aws:s3:::b/${slot}/*`)]),
      }),
      'acme.yaml',
    ).errors[0]?.hint
  const ACROSS =
    'or, where equal values mean the same person at each issuer, write acrossIssuers: true on ' +
    'the attribute'

  it('for actors', () => {
    expect(hint('{{agent}}')).toBe(
      'do one of these: limit the rules of the grant with actor.issuer == "https://…"; add an ' +
        'attribute that depends on the issuer of the actor alone and use it here too, such as ' +
        `partner: { from: 'actor.issuer == "https://…" ? "a" : "b"' }; ${ACROSS}`,
    )
  })

  it('for users and actors', () => {
    expect(hint('{{either}}')).toBe(
      'do one of these: use one attribute for users and another one for actors; limit the rules ' +
        'of the grant with issuer == "https://…" && actor.issuer == "https://…"; ' +
        ACROSS,
    )
  })

  it('and names either of the two where two grants meet', () => {
    const rules = [
      rule(`issuer == "${ONE}" && actor.issuer == "${ONE}"`, 'a'),
      rule(`issuer == "${TWO}" && actor.issuer == "${TWO}"`, 'b'),
    ].join('\n')
    const grants = ['a', 'b'].map((name) => grantOf(name, [reading('arn:aws:s3:::b/{{either}}/*')]))
    expect(errors('', { rules, grants: grants.join('\n') })).toContainEqual(
      expect.stringMatching(
        /: a user or an actor of \S+ through grants\.a\.policy\[0\] and a user or an actor of /,
      ),
    )
  })
})
