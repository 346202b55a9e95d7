/** For whom a token is that leaves the broker: for the grant's own audience, or for the pool's. */
import type { RequestFields } from '@token-broker/core'
import { compileTenant, trustsByIssuer } from '@token-broker/core/document'
import { expect, it } from 'vitest'
import { NO_POOLS } from '../../fixtures/no-pools.ts'
import { OTHER_POOL_ID, POOL_ID, POOL_ROLE, poolDocument } from '../../fixtures/pool-document.ts'
import { ISSUER, loginWith, PLAYER, PROVIDER } from './pool-path.ts'
import { createRequestPath } from './run-request.ts'

const poolOf = (id: string, audience: string) => ({
  ...{ id, secret: 'pool', logins: { [PROVIDER]: ISSUER } },
  classicFlow: { audience },
})
const player = {
  ...{ role: POOL_ROLE, releasedAudience: 'of-the-grant' },
  policy: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::game/*' }],
}
const { tenant, errors } = compileTenant(
  JSON.stringify(
    poolDocument(
      {},
      {
        grants: { player },
        identityPools: [poolOf(POOL_ID, 'of-one-pool'), poolOf(OTHER_POOL_ID, 'of-another-pool')],
      },
    ),
  ),
  'game.json',
)

async function audienceOf(fields: Partial<RequestFields>) {
  const { release, records } = createRequestPath({
    tenants: {
      findTrusts: async (issuer) => (tenant && trustsByIssuer([tenant]).get(issuer)) ?? [],
      findPool: async () => 'game',
      load: async () => tenant,
    },
    identityPools: { ...NO_POOLS, identify: async ({ pool }) => ({ ...PLAYER, pool: pool.id }) },
  })
  const released = await release(fields)
  const audience = 'token' in released ? released.token.audience : released.message
  expect(records).toMatchObject([{ outcome: 'issued', releasedAudience: audience }])
  return audience
}

it('the tenant has two pools', () => {
  expect(errors).toEqual([])
})

it.each([
  [POOL_ID, 'of-one-pool'],
  [OTHER_POOL_ID, 'of-another-pool'],
])('a token of the pool %s is %s', async (pool, audience) => {
  const logins = [loginWith()]
  const wanted = { pool, logins, adoptsChangedIds: true, isClassic: true } as const
  expect(await audienceOf({ subjectToken: '', pool: wanted })).toBe(audience)
})

it('a token that is requested elsewhere is of the grant', async () => {
  expect(await audienceOf({ subjectToken: loginWith().token })).toBe('of-the-grant')
})
