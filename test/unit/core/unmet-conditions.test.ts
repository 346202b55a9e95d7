/** What the operator reads about the first condition of a tenant that a caller does not meet. */
import { describe, expect, it } from 'vitest'
import type { Unmet } from '../../../packages/core/src/decide/accept-identity.ts'
import {
  closestAudience,
  describeUnmet,
  shownClaims,
} from '../../../packages/core/src/decide/describe-unmet.ts'

const ADD_AUDIENCE =
  'add the audience to audiences of the issuer in the tenant document, or get a token for an ' +
  'accepted one'

const audience = (expected: unknown, found: unknown): Unmet => ({
  condition: 'audience',
  expected,
  found,
})

function describeOne(unmet: Unmet, claims: Readonly<Record<string, unknown>> = {}): string {
  return describeUnmet('acme', [unmet], { claims })
}

describe('a condition', () => {
  it.each<[string, Unmet, string]>([
    [
      'of the issuer',
      { condition: 'issuer', expected: 'https://id.example', found: undefined },
      'tenant acme has no issuer "https://id.example" under whose settings the token is valid; ' +
        'check the issuers of the tenant document, and deploy it again',
    ],
    [
      'of the audience',
      audience(['app'], ['other']),
      'tenant acme does not accept the audience (aud): expected "app", found "other"; ' +
        ADD_AUDIENCE,
    ],
    [
      'of the party',
      { condition: 'party', expected: ['app'], found: 'other' },
      'tenant acme does not accept the authorized party: expected "app", found "other"; add it ' +
        'to authorizedParties of the issuer in the tenant document, or let an accepted app ' +
        'request the token',
    ],
    [
      'of any party',
      { condition: 'party', expected: [], found: undefined },
      'tenant acme needs an authorized party, because aud has several values: expected azp or ' +
        'client_id, found none; let the issuer name the app, or write authorizedParties: any',
    ],
    [
      'of members',
      { condition: 'member', expected: 'claims.org == "a"', found: () => ({ 'claims.org': 'b' }) },
      'the subject is not a member of tenant acme: expected claims.org == "a", found claims.org ' +
        '= "b"; correct the claim at the issuer, or member in the tenant document',
    ],
    [
      'of the provider',
      { condition: 'principal', expected: 'arn:a', found: 'arn:b' },
      'tenant acme does not know the issuer by the requested PrincipalArn: expected "arn:a", ' +
        'found "arn:b"; request the expected one',
    ],
  ])('%s', (_what, unmet, described) => {
    expect(describeOne(unmet)).toBe(described)
  })

  it('comes first of several', () => {
    const second: Unmet = { condition: 'principal', expected: 'arn:a', found: 'arn:b' }
    const both = [audience(['app'], ['other']), second]
    expect(describeUnmet('acme', both, { claims: {} })).toContain('(aud)')
    expect(describeUnmet('acme', [], { claims: {} })).toBe('tenant acme cannot be evaluated')
  })
})

describe('an audience', () => {
  it('that is only spelled otherwise is named', () => {
    expect(describeOne(audience(['my-app', 'app'], ['x', 'APP']))).toBe(
      'tenant acme does not accept the audience (aud): expected "my-app", "app", found "x", ' +
        `"APP", which differs from "app" only in case; ${ADD_AUDIENCE}`,
    )
  })

  it('may be missing where the token names the app', () => {
    const advice = /audienceFallback: client_id in the tenant document$/
    const missing = audience(['app'], [])
    expect(describeOne(missing, { client_id: 'app' })).toMatch(advice)
    expect(describeOne(missing)).not.toMatch(advice)
    expect(describeOne(missing, { client_id: 7 })).not.toMatch(advice)
    expect(describeOne(missing, { client_id: 'app', aud: [] })).not.toMatch(advice)
    expect(describeOne(audience(['app'], ['x']), { client_id: 'app' })).not.toMatch(advice)
  })

  it('is compared letter by letter with five that are accepted, and two of the token', () => {
    const close = (expected: unknown, found: unknown) =>
      closestAudience([audience(expected, found)])?.text
    expect(close(['orchard-app'], ['orchrad-app'])).toBe('orchard-app')
    const others = ['https://one.example', 'mobile', 'billing-page', '0123456789', 'intranet']
    expect(close([...others.slice(1), 'orchard-app'], ['else', 'orchrad-app'])).toBe('orchard-app')
    expect(close([...others, 'orchard-app'], ['orchrad-app'])).toBeUndefined()
    expect(close(['orchard-app'], [...others.slice(0, 2), 'orchrad-app'])).toBeUndefined()
    expect(close(['orchard-app', 7], [7, 'orchrad-app'])).toBe('orchard-app')
    expect(close('orchard-app', 'orchrad-app')).toBeUndefined()
  })

  it('is not compared where another condition comes first', () => {
    const party: Unmet = { condition: 'party', expected: ['orchard-app'], found: ['orchrad-app'] }
    expect(closestAudience([party])).toBeUndefined()
    expect(closestAudience([])).toBeUndefined()
  })
})

describe('claims', () => {
  it('are shown with their values, or as absent', () => {
    expect(shownClaims({ 'claims.org': 'b', 'claims.team': '(absent)' }, undefined)).toBe(
      'claims.org = "b", claims.team is absent',
    )
    expect(shownClaims(() => ({ 'claims.org': 'b' }), undefined)).toBe('claims.org = "b"')
  })

  it('are at most five', () => {
    const many = Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [name, 1]))
    expect(shownClaims(many, undefined)).toBe('a = 1, b = 1, c = 1, d = 1, e = 1')
  })

  it('have the error of the condition, unless an absent claim explains it', () => {
    expect(shownClaims({ a: 1 }, 'no such overload')).toBe('a = 1, an error: no such overload')
    expect(shownClaims({ a: '(absent)' }, 'no such key')).toBe('a is absent')
  })

  it('may be none', () => {
    for (const nothing of [undefined, {}, 'text', () => undefined])
      expect(shownClaims(nothing, undefined)).toBe('no claim that decides')
  })
})
