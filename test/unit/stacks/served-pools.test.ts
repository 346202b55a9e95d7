/** A stage deploys only documents whose identity pools it serves. */
import { compileTenants } from '@token-broker/core/document'
import { expect, it } from 'vitest'
import { checkServedPools } from '../../../stacks/served-pools.ts'

const POOL_ID = 'eu-west-1:00000000-0000-4000-8000-000000000001'
const ISSUER = 'https://id.example'
const POOLS = {
  throttle: { requestsPerSecond: 1, burst: 1 },
  linking: false,
  backends: false,
  newGuestsAlarm: 1,
}
const compile = (pool?: object) => {
  const logins = { 'id.example': ISSUER }
  const text = JSON.stringify({
    tenant: 'acme',
    issuers: [{ issuer: ISSUER, audiences: ['app'] }],
    rules: [{ name: 'users', grant: 'own' }],
    grants: { own: { role: 'arn:aws:iam::111122223333:role/app', policy: [] } },
    ...(pool && { identityPools: [{ id: POOL_ID, secret: 'ids', logins, ...pool }] }),
  })
  const { tenants, errors } = compileTenants([{ file: 'acme.json', text }])
  expect(errors).toEqual([])
  return tenants
}
const WITHOUT = compile()
const WITH = compile({})
const LINKING = compile({ linking: true })
const BACKENDS = compile({ linking: true, developerProvider: 'acme' })

it('deploys documents without pools in any stage', () => {
  for (const identityPools of [undefined, POOLS])
    expect(() => checkServedPools({ identityPools }, WITHOUT, 'production')).not.toThrow()
})

it('refuses a pool in a stage without pools', () => {
  expect(() => checkServedPools({ identityPools: undefined }, WITH, 'production')).toThrow(
    'Documents have identity pools, but stage production has none. Set its identityPools in ' +
      `stacks/stages.ts:\n  ${POOL_ID}, of tenant acme`,
  )
  expect(() => checkServedPools({ identityPools: POOLS }, WITH, 'production')).not.toThrow()
})

it('refuses a pool with linking in a stage without a table of identities', () => {
  const check = (linking: boolean) => () =>
    checkServedPools({ identityPools: { ...POOLS, linking } }, LINKING, 'staging')
  expect(check(false)).toThrow(
    'Documents have identity pools with linking, but stage staging has no table for them. Set ' +
      `its identityPools.linking to true in stacks/stages.ts:\n  ${POOL_ID}, of tenant acme`,
  )
  expect(check(true)).not.toThrow()
})

it('refuses a pool with backends in a stage without a key for their key pairs', () => {
  const check = (backends: boolean) => () =>
    checkServedPools({ identityPools: { ...POOLS, linking: true, backends } }, BACKENDS, 'staging')
  expect(check(false)).toThrow(
    'Documents have identity pools with developerProvider, but stage staging has no key for ' +
      'them. Set its identityPools.backends to true in stacks/stages.ts:\n' +
      `  ${POOL_ID}, of tenant acme`,
  )
  expect(check(true)).not.toThrow()
})
