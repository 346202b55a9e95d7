/** Issuers whose tokens an endpoint of the operator decides on: what compiles. */
import { expect, it } from 'vitest'
import {
  compileTenant,
  formatError,
  namedSecrets,
} from '../../../packages/core/src/document/index.ts'

const VERIFY = { kind: 'webhook', url: 'https://hook.example/decide', secret: 'acme-webhook' }

it('compiles, and leaves it to the endpoint for which application a token is', () => {
  const { tenant, errors } = compile({})
  expect(errors).toEqual([])
  expect(tenant?.opaqueIssuers).toMatchObject([
    {
      profile: { ...VERIFY, secret: 'acme/acme-webhook' },
      audienceClaim: 'none',
      expiresAt: 'optional',
      issuedAt: 'optional',
    },
  ])
  expect(tenant && namedSecrets(tenant)).toEqual(['acme/acme-webhook'])
})

it('compiles with claims that name the application', () => {
  const fields = { audienceClaim: 'aud', audiences: ['a', 'b'], authorizedParties: ['c'] }
  const { tenant, errors } = compile({ ...fields, maxTokenAge: '1h' })
  expect(errors).toEqual([])
  expect(tenant?.opaqueIssuers).toMatchObject([{ ...fields, maxTokenAgeSeconds: 3600 }])
})

it.each([
  [{ audiences: ['a', 'b'] }, 'several audiences have no meaning with kind: webhook'],
  [{ authorizedParties: ['c'] }, 'authorizedParties has no effect'],
  [{ authorizedPartyClaim: 'cid' }, 'authorizedPartyClaim has no effect'],
  [{ verify: { ...VERIFY, url: 'http://hook.example' } }, 'does not use https'],
  [{ verify: { ...VERIFY, secret: 'a secret' } }, 'wrong format'],
  [{ verify: { ...VERIFY, secret: undefined } }, 'missing'],
  [{ verify: { ...VERIFY, clientId: 'a' } }, 'unknown field clientId'],
])('refuses %j', (fields, message) => {
  const { tenant, errors } = compile(fields)
  expect(tenant).toBeUndefined()
  expect(errors.map(formatError).join('\n')).toContain(message)
})

function compile(fields: object) {
  const document = {
    tenant: 'acme',
    issuers: [{ issuer: 'idp', audiences: ['app'], verify: VERIFY, ...fields }],
    rules: [{ name: 'all', grant: 'read' }],
    grants: { read: { role: 'arn:aws:iam::111122223333:role/acme' } },
  }
  return compileTenant(JSON.stringify(document), 'acme.json')
}
