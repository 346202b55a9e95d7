/** The names of secrets in a tenant document, for each kind of issuer. */
import { expect, it } from 'vitest'
import { compileTenant, namedSecrets } from '../../../packages/core/src/document/index.ts'

const CLIENT = { url: 'https://id.example/i', clientId: 'broker', clientSecret: 'idp-client' }

it.each([
  [{ kind: 'jwt' }, []],
  [{ kind: 'introspection', ...CLIENT }, ['acme/idp-client']],
  [{ kind: 'userinfo', url: 'https://id.example/u', introspection: CLIENT }, ['acme/idp-client']],
  [{ kind: 'userinfo', url: 'https://id.example/u', singleApplication: true }, []],
  [{ kind: 'webhook', url: 'https://id.example/w', secret: 'hook-key' }, ['acme/hook-key']],
  [{ kind: 'facebook', clientId: 'app', clientSecret: 'facebook-app' }, ['acme/facebook-app']],
  [{ kind: 'github', clientId: 'app', clientSecret: 'github-app' }, ['acme/github-app']],
  [{ kind: 'login-with-amazon' }, []],
])('of %j are %j', (verify, names) => {
  expect(
    namedSecrets(compile([{ issuer: 'https://id.example', audiences: ['app'], verify }])),
  ).toEqual(names)
})

it('are below the tenant, so that no document can name a secret of another tenant', () => {
  const issuer = { issuer: 'a', audiences: ['app'], verify: { kind: 'webhook', url: CLIENT.url } }
  for (const secret of ['other/key', '../other/key', '/key']) {
    const issuers = [{ ...issuer, verify: { ...issuer.verify, secret } }]
    expect(() => compile(issuers)).toThrow('write the name of the secret')
  }
  const ofOther = [{ ...issuer, verify: { ...issuer.verify, secret: 'key' } }]
  expect(namedSecrets(compile(ofOther, 'other'))).toEqual(['other/key'])
})

it('are listed once each', () => {
  const issuer = (name: string, clientSecret: string) => ({
    ...{ issuer: name, audiences: ['app'], member: `claims.tenant == "${name}"` },
    verify: { kind: 'introspection', ...CLIENT, clientSecret },
  })
  const issuers = [issuer('a', 'one'), issuer('b', 'one'), issuer('c', 'two')]
  expect(namedSecrets(compile(issuers))).toEqual(['acme/one', 'acme/two'])
})

function compile(issuers: readonly object[], id = 'acme') {
  const document = {
    tenant: id,
    issuers,
    rules: [{ name: 'all', grant: 'g' }],
    grants: { g: { role: 'arn:aws:iam::111122223333:role/r', policy: [] } },
  }
  const { tenant, errors } = compileTenant(JSON.stringify(document), 'acme.json')
  if (!tenant) throw new Error(JSON.stringify(errors))
  return tenant
}
