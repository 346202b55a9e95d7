/** Each tenant's minted tokens are accepted for that tenant's created role, and for no other. */
import { expect, it } from 'vitest'
import { startBrokerWithCreatedRoles } from './broker-with-created-roles.ts'

const ROLES = { alice: 'acme-app', bob: 'beta-app' } as const

it('a tenant’s token is accepted for its own role, and not for another tenant’s', async () => {
  const { mintTokenFor, assume } = await startBrokerWithCreatedRoles()
  const found: Record<string, string | undefined> = {}
  for (const user of ['alice', 'bob'] as const) {
    const token = await mintTokenFor(user)
    for (const owner of ['alice', 'bob'] as const)
      found[`${user} at ${owner}'s role`] = await assume(ROLES[owner], token)
  }
  expect(found).toEqual({
    "alice at alice's role": 'accepted',
    "alice at bob's role": 'AccessDenied',
    "bob at alice's role": 'AccessDenied',
    "bob at bob's role": 'accepted',
  })
})
