/** Which claims have a type that is known when a document is compiled: those that are verified. */
import { compileTenant } from '@token-broker/core/document'
import { describe, expect, it } from 'vitest'

const OPAQUE = {
  issuer: 'https://opaque.example',
  audiences: ['app'],
  verify: {
    kind: 'introspection',
    url: 'https://opaque.example/introspect',
    clientId: 'broker',
    clientSecret: 'opaque',
  },
}

/** @returns the ids of the problems of a rule with this condition */
function problemsOf(when: string, change: (issuer: object) => readonly object[]): unknown[] {
  const document = JSON.parse(JSON.stringify(BASE))
  document.issuers = change(document.issuers[0])
  document.rules[0].when = when
  return compileTenant(JSON.stringify(document), 'acme.json').errors.map(({ id }) => id)
}

const BASE = {
  tenant: 'acme',
  issuers: [{ issuer: 'https://id.acme.example', audiences: ['app'] }],
  rules: [{ name: 'all', grant: 'own' }],
  grants: {
    own: {
      role: 'arn:aws:iam::111122223333:role/acme',
      policy: [{ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }],
    },
  },
}

const WRONG = [
  'claims.sub == 5',
  'claims["sub"] == 5',
  '"a" in claims.sub',
  'claims.iss == 1',
  'claims.aud == 5',
  'claims.exp > "1700000000"',
  'claims.iat == "now"',
]

describe('a comparison that can never be true', () => {
  it.each(WRONG)('is an error where all tokens are JWTs: %s', (when) => {
    expect(problemsOf(when, (issuer) => [issuer])).toEqual(['cel-type'])
  })

  it.each(WRONG)('is not an error where claims come from an introspection: %s', (when) => {
    expect(problemsOf(when, (issuer) => [issuer, OPAQUE])).toEqual([])
  })
})

it('does not know sub where another claim identifies the caller', () => {
  const ofOid = (issuer: object) => [{ ...issuer, subject: 'claims.oid' }]
  expect(problemsOf('claims.sub == 5', ofOid)).toEqual([])
  expect(problemsOf('claims.iss == 5', ofOid)).toEqual(['cel-type'])
})

it.each([
  'claims.aud == "app" && "app" in claims.aud && claims.aud[0] == "app"',
  'claims.aud.startsWith("app") || claims.aud.exists(one, one == "app") || size(claims.aud) > 1',
  'claims.exp - claims.iat <= 300 && claims.exp * 1.5 > 2.0 && int(claims.iat) % 2 == 0',
  'claims.sub.startsWith("a") && claims.sub in ["a", "b"] && claims.sub + "x" == "ax"',
  'claims.groups == 5 && claims.email == 5 && claims.scope == 5',
])('accepts what may be true: %s', (when) => {
  expect(problemsOf(when, (issuer) => [issuer])).toEqual([])
})
