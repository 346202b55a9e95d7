/** Identity pools of a tenant document: what they compile to. */
import { describe, expect, it } from 'vitest'
import { namedSecrets } from '../../../packages/core/src/document/index.ts'
import { POOL_ID, POOL_ROLE } from '../../fixtures/pool-document.ts'
import { compileGame } from './game-pools.ts'

describe('compiled pools', () => {
  it('have every default filled in, and the secret below the tenant', () => {
    const { tenant, errors } = compileGame()
    expect(errors).toEqual([])
    expect(tenant?.identityPools).toEqual([
      {
        id: POOL_ID,
        secret: 'game/pool',
        logins: {
          'accounts.google.com': ['https://accounts.google.com'],
          'id.game.example': ['https://id.game.example'],
        },
        guests: { grant: 'guest', newPerAddressPerHour: 30 },
        linking: false,
        merging: false,
        upgrade: 'separate',
      },
    ])
    expect(tenant && namedSecrets(tenant)).toEqual(['game/pool'])
  })

  it('keep what the document says', () => {
    const { tenant, errors } = compileGame({
      linking: true,
      merging: true,
      upgrade: 'adopt',
      adoptWithin: '3d',
      developerProvider: 'login.game',
      guests: { enabled: true, grant: 'guest', newPerAddressPerHour: 5 },
      roleMappings: {
        'accounts.google.com': {
          ...{ type: 'rules', ambiguous: 'authenticated-role' },
          rules: [{ claim: 'hd', match: 'Equals', value: 'game.example', role: POOL_ROLE }],
        },
        'id.game.example/': { type: 'token', ambiguous: 'deny' },
      },
      authenticatedRole: POOL_ROLE,
    })
    expect(errors).toEqual([])
    expect(tenant?.identityPools?.[0]).toMatchObject({
      ...{ linking: true, merging: true, upgrade: 'adopt', adoptWithinSeconds: 3 * 86_400 },
      developerProvider: 'login.game',
      guests: { grant: 'guest', newPerAddressPerHour: 5 },
      roleMappings: {
        'accounts.google.com': {
          ambiguous: 'authenticated-role',
          rules: [{ claim: 'hd', match: 'Equals', value: 'game.example', roleArn: POOL_ROLE }],
        },
        'id.game.example': { ambiguous: 'deny' },
      },
      authenticatedRole: POOL_ROLE,
    })
  })

  it('have no guests where these are switched off, and no member where there are no pools', () => {
    const { tenant } = compileGame({ guests: { enabled: false, grant: 'guest' } })
    expect(tenant?.identityPools?.[0]).not.toHaveProperty('guests')
    expect(compileGame({}, { identityPools: [] }).tenant).not.toHaveProperty('identityPools')
  })

  it('release tokens of the classic flow under an audience of their own', () => {
    const { tenant } = compileGame({ classicFlow: { audience: 'game-classic' } })
    expect(tenant?.identityPools?.[0]?.releasedAudience).toBe('game-classic')
  })
})
