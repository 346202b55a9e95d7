/** Issuers that are providers with an API of their own: what compiles, and under which name. */
import { expect, it } from 'vitest'
import {
  compileTenant,
  formatError,
  namedSecrets,
} from '../../../packages/core/src/document/index.ts'

const APP = { clientId: 'app', clientSecret: 'acme-app' }

it.each([
  ['login-with-amazon', {}, 'www.amazon.com', 'https://api.amazon.com', undefined],
  ['facebook', APP, 'graph.facebook.com', 'https://graph.facebook.com', 'optional'],
  ['github', APP, 'github.com', 'https://api.github.com', 'optional'],
])('compiles %s with the name and the URL of the provider', (kind, app, issuer, url, expiresAt) => {
  const { tenant, errors } = compile({ verify: { kind, ...app } })
  expect(errors).toEqual([])
  const [compiled] = tenant?.opaqueIssuers ?? []
  expect(compiled).toMatchObject({
    ...{ issuer, audienceClaim: 'client_id', audiences: ['app'] },
    profile: {
      ...{ kind, url, ...app },
      ...('clientSecret' in app ? { clientSecret: 'acme/acme-app' } : {}),
    },
  })
  expect(compiled?.expiresAt).toBe(expiresAt)
  expect(tenant && namedSecrets(tenant)).toEqual('clientSecret' in app ? ['acme/acme-app'] : [])
})

it('compiles with another name, and with another host', () => {
  const url = 'https://github.acme.example/api/v3/'
  const fields = { issuer: 'acme-github', verify: { kind: 'github', url, ...APP } }
  expect(compile(fields).tenant?.opaqueIssuers).toMatchObject([
    { issuer: 'acme-github', profile: { url: 'https://github.acme.example/api/v3' } },
  ])
})

it('compiles an age for tokens of Amazon, and several of its clients', () => {
  const fields = { verify: { kind: 'login-with-amazon' }, maxTokenAge: '30m' }
  const { errors, tenant } = compile({ ...fields, audiences: ['app', 'web'] })
  expect(errors).toEqual([])
  expect(tenant?.opaqueIssuers?.[0]).not.toHaveProperty('issuedAt')
})

it.each([
  [{ verify: { kind: 'facebook', ...APP }, audiences: ['app', 'b'] }, "write audiences: ['app']"],
  [{ verify: { kind: 'github', ...APP }, audiences: ['b'] }, "write audiences: ['app']"],
  [{ verify: { kind: 'github', ...APP }, maxTokenAge: '1h' }, 'when a token was issued'],
  [{ verify: { kind: 'facebook', ...APP }, maxTokenAge: '1h' }, 'when a token was issued'],
  [{ verify: { kind: 'github', ...APP }, audienceClaim: 'aud' }, 'audienceClaim has no effect'],
  [{ verify: { kind: 'login-with-amazon' }, audienceClaim: 'client_id' }, 'has no effect'],
  [{ verify: { kind: 'github', clientId: 'app' } }, 'missing'],
  [{ verify: { kind: 'facebook', ...APP, clientSecret: 'p4$$' } }, 'wrong format'],
  [{ verify: { kind: 'login-with-amazon', ...APP } }, 'unknown field clientId'],
  [{ verify: { kind: 'login-with-amazon', url: 'http://api.example' } }, 'does not use https'],
  [{ verify: { kind: 'github', ...APP, url: 'https://api.example/?a' } }, 'is not a plain URL'],
  [{ verify: { kind: 'webhook', url: 'https://a.example', secret: 'a' } }, 'issuer is missing'],
])('refuses %j', (fields, message) => {
  const { tenant, errors } = compile(fields)
  expect(tenant).toBeUndefined()
  expect(errors.map(formatError).join('\n')).toContain(message)
})

it('refuses two apps of a provider under one name', () => {
  const github = { audiences: ['app'], verify: { kind: 'github', ...APP } }
  expect(compile(github, github).errors.map(({ message }) => message)).toContain(
    'duplicate issuer github.com',
  )
})

function compile(...issuers: readonly object[]) {
  const document = {
    tenant: 'acme',
    issuers: issuers.map((issuer) => ({ audiences: ['app'], ...issuer })),
    rules: [{ name: 'all', grant: 'read' }],
    grants: { read: { role: 'arn:aws:iam::111122223333:role/acme' } },
  }
  return compileTenant(JSON.stringify(document), 'acme.json')
}
