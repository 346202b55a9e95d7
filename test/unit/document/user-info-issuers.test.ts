/** Issuers that are asked by UserInfo: how a document says for which application tokens are. */
import { describe, expect, it } from 'vitest'
import {
  compareTenants,
  compileTenant,
  formatError,
  namedSecrets,
} from '../../../packages/core/src/document/index.ts'

const URL = 'https://id.example/userinfo'
const CLIENT = { url: 'https://id.example/introspect', clientId: 'b', clientSecret: 'idp-client' }
const PROVED = { kind: 'userinfo', url: URL, introspection: CLIENT }
const SINGLE = { kind: 'userinfo', url: URL, singleApplication: true }

it('compiles with introspection, as that does by itself', () => {
  const { tenant, errors } = compile({ verify: PROVED, maxTokenAge: '1h' })
  expect(errors).toEqual([])
  const [issuer] = tenant?.opaqueIssuers ?? []
  expect(issuer).toMatchObject({
    profile: {
      ...PROVED,
      introspection: {
        ...CLIENT,
        clientSecret: 'acme/idp-client',
        method: 'client_secret_basic',
      },
    },
    audienceClaim: 'client_id',
    maxTokenAgeSeconds: 3600,
  })
  expect(issuer).not.toHaveProperty('expiresAt')
  const byAud = compile({ verify: PROVED, audienceClaim: 'aud', audiences: ['a', 'b'] })
  expect(byAud.tenant?.opaqueIssuers).toMatchObject([{ audienceClaim: 'aud' }])
})

it('compiles with the statement that there is one application', () => {
  const { tenant, errors } = compile({ verify: SINGLE })
  expect(errors).toEqual([])
  const [issuer] = tenant?.opaqueIssuers ?? []
  expect(issuer).toMatchObject({ audienceClaim: 'none', expiresAt: 'optional' })
  expect(issuer?.profile).toEqual({ kind: 'userinfo', url: URL })
})

it.each([
  [{ verify: { kind: 'userinfo', url: URL } }, 'does not say for which application'],
  [{ verify: { ...PROVED, singleApplication: true } }, 'mutually exclusive'],
  [{ verify: { ...SINGLE, singleApplication: false } }, 'not allowed'],
  [{ verify: { ...SINGLE, url: 'http://id.example/' } }, 'does not use https'],
  [{ verify: { ...SINGLE, url: undefined } }, 'missing'],
  [{ verify: { ...SINGLE, clientId: 'b' } }, 'unknown field clientId'],
  [{ verify: { ...PROVED, introspection: { ...CLIENT, url: 'id' } } }, 'is not a plain URL'],
  [{ verify: { ...PROVED, introspection: { ...CLIENT, clientSecret: 'a b' } } }, 'wrong format'],
  [{ verify: SINGLE, audiences: ['app', 'web'] }, 'several audiences have no meaning'],
  [{ verify: SINGLE, audienceClaim: 'aud' }, 'audienceClaim has no effect'],
  [{ verify: SINGLE, authorizedParties: 'any' }, 'authorizedParties has no effect'],
  [{ verify: SINGLE, authorizedPartyClaim: 'azp' }, 'authorizedPartyClaim has no effect'],
  [{ verify: SINGLE, maxTokenAge: '1h' }, 'does not say when a token was issued'],
  [{ verify: SINGLE, types: ['at+jwt'] }, 'types has no effect'],
])('refuses %j', (fields, message) => {
  const { tenant, errors } = compile(fields)
  expect(tenant).toBeUndefined()
  expect(errors.map(formatError).join('\n')).toContain(message)
})

it.each([
  [PROVED, ['acme/idp-client']],
  [SINGLE, []],
])('names its secrets: %j', (verify, names) => {
  const { tenant } = compile({ verify })
  expect(tenant && namedSecrets(tenant)).toEqual(names)
})

describe('a change', () => {
  it.each([
    ['profile changes', PROVED, { ...PROVED, url: 'https://other.example/' }],
    ['audienceClaim changes', PROVED, SINGLE],
    ['expiresAt changes', PROVED, SINGLE],
  ])('is shown: %s', (what, from, to) => {
    const [before, after] = [from, to].map((verify) => compile({ verify }).tenant)
    expect(compareTenants(before ? [before] : [], after ? [after] : [])).toContainEqual(
      expect.objectContaining({ effect: 'unknown', what: expect.stringContaining(what) }),
    )
  })
})

function compile(fields: object) {
  const document = {
    tenant: 'acme',
    issuers: [{ issuer: 'idp', audiences: ['app'], ...fields }],
    rules: [{ name: 'all', grant: 'read' }],
    grants: { read: { role: 'arn:aws:iam::111122223333:role/acme' } },
  }
  return compileTenant(JSON.stringify(document), 'acme.json')
}
