/** What is explained to a caller of an identity pool, and what its classic flow releases. */
import type { IdentityPools, PoolCaller, PoolIdentity, RequestFields } from '@token-broker/core'
import { compileTenant, trustsByIssuer } from '@token-broker/core/document'
import { describe, expect, it } from 'vitest'
import { NO_POOLS } from '../../fixtures/no-pools.ts'
import { GUEST_ROLE, POOL_ID, POOL_ROLE, poolDocument } from '../../fixtures/pool-document.ts'
import { createRequestPath } from './run-request.ts'
import { compactToken } from './unsigned-tokens.ts'

const PROVIDER = 'id.game.example'
const ISSUER = `https://${PROVIDER}`
const TOKEN = compactToken({ iss: ISSUER, sub: 'alice', aud: 'game', iat: 1000, exp: 2000 })
const LOGIN = { provider: PROVIDER, token: TOKEN }
const PLAYER: PoolIdentity = {
  id: 'id-1',
  pool: POOL_ID,
  provider: PROVIDER,
  logins: [PROVIDER],
  guest: false,
}
const GUEST: PoolIdentity = { ...PLAYER, provider: '', logins: [], guest: true }

describe('of a caller that the pool knows', () => {
  it('the decision is explained as of a verified caller, and nothing changes', async () => {
    const { explain, asked } = pathWith()
    const { refusal, isVerified, poolIdentity, grant } = await explain({ logins: [LOGIN] })
    expect([refusal, isVerified, poolIdentity, grant]).toEqual([undefined, true, PLAYER, 'player'])
    expect(asked).toMatchObject([{ readOnly: true, adoptsChangedIds: true }])
  })

  it('and of a guest, too', async () => {
    const { explain } = pathWith({ identify: async () => GUEST })
    const { isVerified, grant } = await explain({ logins: [] })
    expect([isVerified, grant]).toEqual([true, 'guest'])
  })
})

describe('of a caller that the pool does not know', () => {
  const fail = () => Promise.reject(new Error('the pool cannot be read'))

  it('a verified login is one of a verified caller', async () => {
    const { explain } = pathWith({ identify: fail })
    expect(await explain({ logins: [LOGIN] })).toMatchObject({
      ...{ refusal: { code: 'internal' }, isVerified: true, poolIdentity: undefined },
    })
  })

  it('a login that cannot be verified is not', async () => {
    const verifier = { verify: () => Promise.reject(new Error('no signature')) }
    const { explain } = pathWith({}, { verifier })
    const { refusal, isVerified } = await explain({ logins: [LOGIN] })
    expect([refusal === undefined, isVerified]).toEqual([false, false])
  })

  it('a guest who is nobody is not', async () => {
    const { explain } = pathWith({ identify: fail })
    expect((await explain({ logins: [] })).isVerified).toBe(false)
  })
})

it('is recorded as a call of the endpoint that explains', async () => {
  const { explain, records } = pathWith()
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
    const { release } = pathWith({}, {}, document)
    expect(await release({ logins: [LOGIN] })).toMatchObject({
      ...{ token: { audience: 'game-pool' }, tenant: 'game', grant: 'player' },
      poolIdentity: PLAYER,
    })
  })
})

type Pool = Partial<RequestFields['pool']>

function pathWith(
  pools: Partial<IdentityPools> = {},
  ports: Parameters<typeof createRequestPath>[0] = {},
  document = poolDocument(),
) {
  const { tenant, errors } = compileTenant(JSON.stringify(document), 'game.json')
  if (!tenant) throw new Error(JSON.stringify(errors))
  const asked: PoolCaller[] = []
  const identify = async (caller: PoolCaller) => {
    asked.push(caller)
    return PLAYER
  }
  const path = createRequestPath({
    tenants: {
      findTrusts: async (issuer) => trustsByIssuer([tenant]).get(issuer) ?? [],
      findPool: async () => 'game',
      load: async () => tenant,
    },
    identityPools: { ...NO_POOLS, identify, ...pools },
    ...ports,
  })
  const fields = (pool: Pool) => ({
    subjectToken: '',
    pool: { pool: POOL_ID, logins: [], adoptsChangedIds: true, ...pool },
  })
  return {
    ...{ asked, records: path.records },
    explain: (pool: Pool) => path.explain(fields(pool)),
    release: (pool: Pool) => path.release(fields(pool)),
  }
}
