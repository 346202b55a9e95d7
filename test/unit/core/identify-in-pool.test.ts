/** Which pool a request reaches: the document decides, and not the index that led to it. */

import type { CompiledTenant } from '@token-broker/core'
import { compileTenant } from '@token-broker/core/document'
import { expect, it } from 'vitest'
import { PoolRefusal } from '../../../packages/core/src/model/pool-refusal.ts'
import { NO_POOLS } from '../../fixtures/no-pools.ts'
import { OTHER_POOL_ID, POOL_ID, poolDocument } from '../../fixtures/pool-document.ts'
import { createRequestPath } from './run-request.ts'

const { tenant } = compileTenant(JSON.stringify(poolDocument()), 'game.json')
const { identityPools: _, ...rest } = tenant ?? {}
const withoutPools = rest as CompiledTenant
const IDENTITY = { id: 'id', provider: '', logins: [], guest: true }
const POOL = { logins: [], adoptsChangedIds: true }

it.each([
  ['has the pool', POOL_ID, tenant, undefined],
  ['has another pool', OTHER_POOL_ID, tenant, 'access_denied'],
  ['has no pools any more', POOL_ID, withoutPools, 'access_denied'],
  ['is gone', POOL_ID, undefined, 'access_denied'],
])('the tenant of the index %s', async (_, pool, loaded, code) => {
  const { issue, calls } = createRequestPath({
    tenants: { findTrusts: async () => [], findPool: async () => 'game', load: async () => loaded },
    identityPools: { ...NO_POOLS, identify: async () => ({ ...IDENTITY, pool }) },
  })
  const outcome = await issue({ subjectToken: '', pool: { ...POOL, pool } })
  expect(outcome instanceof PoolRefusal ? outcome.code : undefined).toBe(code)
  expect(calls.includes('assume')).toBe(code === undefined)
})
