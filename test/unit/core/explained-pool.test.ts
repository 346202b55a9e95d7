/** What is explained to a caller of an identity pool, and what its classic flow releases. */
import { describe, expect, it } from 'vitest'
import { GUEST_ROLE, POOL_ROLE, poolDocument } from '../../fixtures/pool-document.ts'
import { GUEST, loginWith, PLAYER, poolPath } from './pool-path.ts'

const LOGIN = loginWith()

describe('of a caller that the pool knows', () => {
  it('the decision is explained as of a verified caller, and nothing changes', async () => {
    const { explain, asked } = poolPath()
    const { refusal, isVerified, poolIdentity, grant } = await explain({ logins: [LOGIN] })
    expect([refusal, isVerified, poolIdentity, grant]).toEqual([undefined, true, PLAYER, 'player'])
    expect(asked).toMatchObject([{ readOnly: true, adoptsChangedIds: true }])
  })

  it('and of a guest, too', async () => {
    const { explain } = poolPath({ identify: async () => GUEST })
    const { isVerified, grant } = await explain({ logins: [] })
    expect([isVerified, grant]).toEqual([true, 'guest'])
  })
})

describe('of a caller that the pool does not know', () => {
  const fail = () => Promise.reject(new Error('the pool cannot be read'))

  it('a verified login is one of a verified caller', async () => {
    const { explain } = poolPath({ identify: fail })
    expect(await explain({ logins: [LOGIN] })).toMatchObject({
      ...{ refusal: { code: 'internal' }, isVerified: true, poolIdentity: undefined },
    })
  })

  it('a login that cannot be verified is not', async () => {
    const verifier = { verify: () => Promise.reject(new Error('no signature')) }
    const { explain } = poolPath({}, { verifier })
    const { refusal, isVerified } = await explain({ logins: [LOGIN] })
    expect([refusal === undefined, isVerified]).toEqual([false, false])
  })

  it('a guest who is nobody is not', async () => {
    const { explain } = poolPath({ identify: fail })
    expect((await explain({ logins: [] })).isVerified).toBe(false)
  })
})

it('is recorded as a call of the endpoint that explains', async () => {
  const { explain, records } = poolPath()
  await explain({ logins: [LOGIN] })
  expect(records).toMatchObject([{ endpoint: 'explain', outcome: 'explained' }])
})

describe('the token of the classic flow', () => {
  const PLAYERS = {
    role: POOL_ROLE,
    policy: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::game/*' }],
  }

  const GUESTS = { ...PLAYERS, role: GUEST_ROLE }

  it('has the audience of the pool, where the grant releases one', async () => {
    const grants = { player: { ...PLAYERS, releasedAudience: 'players' }, guest: GUESTS }
    const document = poolDocument({ classicFlow: { audience: 'game-pool' } }, { grants })
    const { release } = poolPath({}, {}, document)
    expect(await release({ logins: [LOGIN] })).toMatchObject({
      ...{ token: { audience: 'game-pool' }, tenant: 'game', grant: 'player' },
      poolIdentity: PLAYER,
    })
  })
})
