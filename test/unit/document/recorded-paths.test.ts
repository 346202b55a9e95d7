/** `recordInputs` collects the claims that the document reads, and refuses to collect all. */
import { compileTenant, formatError } from '@token-broker/core/document'
import { describe, expect, it } from 'vitest'

interface Parts {
  readonly recordInputs?: unknown
  readonly when?: string
  readonly member?: string
  readonly subject?: string
  readonly from?: string
}

function compile(parts: Parts = {}) {
  const { when = 'claims.team == "red"', from = 'claims.email' } = parts
  const recordInputs = 'recordInputs' in parts ? parts.recordInputs : 'used-claims'
  const { member, subject } = parts
  const issuer = { issuer: 'https://id.example', audiences: ['app'], member, subject }
  const own = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/{{user}}/*' }
  const document = {
    tenant: 'acme',
    issuers: [issuer],
    attributes: { user: { from, pattern: '[a-z@.]{1,64}' } },
    rules: [{ name: 'team', when, grant: 'read' }],
    grants: { read: { role: 'arn:aws:iam::111122223333:role/app', policy: [own] } },
    recordInputs,
  }
  const { tenant, errors } = compileTenant(JSON.stringify(document), 'acme.json')
  return { tenant, errors: errors.map(formatError) }
}

const VERIFIED = ['iss', 'aud', 'exp', 'iat', 'nbf', 'azp', 'client_id'].map((name) => [name])

describe('the recorded claims', () => {
  it('are those that verification, rules and attributes read, each once', () => {
    const when = 'claims.team == "red" && claims.team != "" && has(claims.address.country)'
    expect(compile({ when }).tenant?.recordInputs).toEqual({
      claims: [...VERIFIED, ['sub'], ['email'], ['team'], ['address', 'country']],
      actorClaims: [...VERIFIED, ['sub']],
    })
  })

  it('have the member condition, and the claim that identifies the caller in place of sub', () => {
    const parts = { member: 'claims.org == "acme"', subject: 'claims.oid' }
    const { claims, actorClaims } = compile(parts).tenant?.recordInputs ?? {}
    expect(claims).toEqual([...VERIFIED, ['oid'], ['org'], ['email'], ['team']])
    expect(actorClaims).toEqual([...VERIFIED, ['oid'], ['org']])
  })

  it('of actors are those that a condition reads of any actor', () => {
    const when = 'actor.claims.kind == "robot" && actor.actor.claims.team == "red"'
    const { claims, actorClaims } = compile({ when }).tenant?.recordInputs ?? {}
    expect(actorClaims).toEqual([...VERIFIED, ['sub'], ['kind'], ['team']])
    expect(claims).not.toContainEqual(['kind'])
  })

  it.each([
    ['a name that another claim has', 'claims.teams[claims.current] == "red"', ['current']],
    ['the list of a comprehension', 'claims.groups.exists(g, g == claims.group)', ['group']],
  ])('have %s', (_, when, path) => {
    expect(compile({ when }).tenant?.recordInputs?.claims).toContainEqual(path)
  })
})

describe('a document', () => {
  it.each([
    ['a rule', { when: '"team" in claims' }],
    ['a rule that computes the name of a claim', { when: 'claims[claims.name] == "red"' }],
    ['a member condition', { member: 'size(claims) > 3' }],
    ['a condition on all claims of an actor', { when: '"team" in actor.claims' }],
    ['a condition on a whole actor', { when: '"claims" in actor' }],
  ])('is refused where %s reads all claims', (_, parts) => {
    const { tenant, errors } = compile(parts)
    expect(tenant).toBeUndefined()
    expect(errors.join('\n')).toContain(
      'recordInputs: a condition or an attribute reads all claims, and so all of them would be ' +
        'recorded',
    )
    expect(compile({ ...parts, recordInputs: undefined }).errors).toEqual([])
  })

  it('is refused with another value than used-claims', () => {
    for (const recordInputs of ['all', true, false, ['used-claims'], null])
      expect(compile({ recordInputs }).errors.join('\n')).toContain('recordInputs')
  })
})
