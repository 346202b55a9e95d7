/** What an identity pool shares with no other pool or grant: its id, and its released audience. */
import { describe, expect, it } from 'vitest'
import { compileTenants } from '../../../packages/core/src/document/index.ts'
import {
  GUEST_ROLE,
  OTHER_POOL_ID,
  POOL_ID,
  POOL_ROLE,
  poolDocument,
} from '../../fixtures/pool-document.ts'
import { type Fields, gameErrors, guestsWith } from './game-pools.ts'

describe('a document does not compile', () => {
  it('where two of its pools have one id, or release tokens for one audience', () => {
    const [pool] = [Object(poolDocument()).identityPools].flat()
    const classicFlow = { audience: 'game-classic' }
    expect(gameErrors({}, { identityPools: [pool, pool] })).toEqual(
      [0, 1].map(
        (index) =>
          `identityPools[${index}].id: this tenant also has the pool ${POOL_ID}, and a request ` +
          'could be for either',
      ),
    )
    const other = { ...pool, id: OTHER_POOL_ID, classicFlow }
    expect(gameErrors({}, { identityPools: [{ ...pool, classicFlow }, other] })).toEqual([
      `identityPools[0].classicFlow.audience: the pool ${OTHER_POOL_ID} of this tenant has the ` +
        'same audience, so a role may trust the tokens of both',
      `identityPools[1].classicFlow.audience: the pool ${POOL_ID} of this tenant has the same ` +
        'audience, so a role may trust the tokens of both',
    ])
  })
})

describe('two tenants of a deployment', () => {
  function errorsOfBoth(first: Fields, second: Fields) {
    const issuers = [{ issuer: 'https://id.b.example', audiences: ['b'] }]
    const logins = { 'id.b.example': 'https://id.b.example' }
    const both = [
      poolDocument(first),
      poolDocument({ logins, ...second }, { tenant: 'other', issuers }),
    ]
    const { errors } = compileTenants(
      both.map((document, index) => ({ file: `${index}.json`, text: JSON.stringify(document) })),
    )
    return errors.map(({ file, path, message }) => `${file} ${path}: ${message}`)
  }

  it('do not have one pool', () => {
    expect(errorsOfBoth({}, {})).toEqual([
      `0.json identityPools[0].id: tenant other also has the pool ${POOL_ID}, and a request ` +
        'could be for either',
      `1.json identityPools[0].id: tenant game also has the pool ${POOL_ID}, and a request ` +
        'could be for either',
    ])
    expect(errorsOfBoth({}, { id: OTHER_POOL_ID })).toEqual([])
  })

  it('do not release tokens for one audience', () => {
    const classicFlow = { audience: 'classic' }
    const errors = errorsOfBoth({ classicFlow }, { id: OTHER_POOL_ID, classicFlow })
    expect(errors.map((error) => error.split(':')[0])).toEqual([
      '0.json identityPools[0].classicFlow.audience',
      '1.json identityPools[0].classicFlow.audience',
    ])
  })
})

it('an audience that a grant releases is not that of a pool', () => {
  const { grants } = guestsWith({})
  const released = { role: `${POOL_ROLE}-released`, releasedAudience: 'classic' }
  expect(
    gameErrors({ classicFlow: { audience: 'classic' } }, { grants: { ...grants, released } }),
  ).toEqual([
    'identityPools[0].classicFlow.audience: the grant released of this tenant has the same ' +
      'audience, so a role may trust the tokens of both',
  ])
})

describe('an attribute that depends on the issuer alone', () => {
  const [ONE, TWO] = ['https://one.example', 'https://two.example']
  /** Errors with users of issuers, and guests, for whom the pool vouches. */
  const errorsWith = (issuers: readonly string[], from: string, guest: string) => {
    const reading = (path: string) => [
      { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::game/${path}/*` },
    ]
    return gameErrors(
      { logins: { 'one.example': ONE } },
      {
        issuers: issuers.map((issuer) => ({ issuer, audiences: ['game'] })),
        attributes: { company: { from } },
        grants: {
          player: { role: POOL_ROLE, policy: reading('{{company}}') },
          guest: { role: GUEST_ROLE, policy: reading(guest) },
        },
      },
    )
  }
  const OF_ONE = `issuer == "${ONE}" ? "a" : "b"`

  it('keeps users from guests where it has another value for the pool', () => {
    expect(errorsWith([ONE], OF_ONE, '{{company}}')).toEqual([])
  })

  it('does not where it has the same value for the pool', () => {
    expect(errorsWith([ONE], `issuer == "${TWO}" ? "a" : "b"`, '{{company}}')).toEqual([
      `grants.guest.policy[0]: a caller of ${ONE} through grants.player.policy[0] and a caller ` +
        `of urn:cognito-identity:${POOL_ID} here can have the same values: they would share what ` +
        'both reach',
    ])
    expect(errorsWith([ONE, TWO], OF_ONE, '{{company}}')).toHaveLength(1)
  })

  it('may have the same value for a pool whose guests do not reach it', () => {
    expect(errorsWith([ONE, TWO], OF_ONE, 'shared')).toEqual([])
  })
})
