/** Created roles accept only the tokens of their own tenant, and limit each caller themselves. */
import { expect, it } from 'vitest'
import { startBrokerWithCreatedRoles } from './broker-with-created-roles.ts'

const ROLES = { alice: 'acme-app', bob: 'beta-app' } as const

const { mintTokenFor, assume, openWithoutPolicy } = await startBrokerWithCreatedRoles()

it('a tenant’s token is accepted for its own role, and not for another tenant’s', async () => {
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

it('a session without a session policy cannot leave the prefix of its caller', async () => {
  const alice = await openWithoutPolicy(ROLES.alice, await mintTokenFor('alice'))
  const read = (key: string) => ({ action: 's3:GetObject', resource: `arn:aws:s3:::${key}` })
  const list = (prefix: string) => ({
    action: 's3:ListBucket',
    resource: 'arn:aws:s3:::acme-data',
    context: { 's3:prefix': prefix },
  })
  const requests = {
    'her own object': read('acme-data/red/alice/report'),
    'her own folder': list('red/alice/2026'),
    'an object of bob': read('acme-data/red/bob/report'),
    'an object of the other team': read('acme-data/blue/alice/report'),
    'a longer name': read('acme-data/red/alice2/report'),
    'an object of the team': read('acme-data/red/report'),
    'the other bucket': read('beta-data/red/alice/report'),
    'another action': { ...read('acme-data/red/alice/report'), action: 's3:PutObject' },
    'the folder of bob': list('red/bob/2026'),
    'all folders': list(''),
  }
  expect(Object.entries(requests).filter(([, request]) => alice(request))).toEqual([
    ['her own object', requests['her own object']],
    ['her own folder', requests['her own folder']],
  ])

  const bob = await openWithoutPolicy(ROLES.bob, await mintTokenFor('bob'))
  const write = (key: string) => ({ action: 's3:PutObject', resource: `arn:aws:s3:::${key}` })
  expect(bob(write('beta-data/blue/bob/report'))).toBe(true)
  expect(bob(write('beta-data/blue/alice/report'))).toBe(false)
  expect(bob(write('acme-data/red/alice/report'))).toBe(false)
})
