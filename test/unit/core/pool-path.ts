/** The request path of a caller of an identity pool, with a pool that a test can make fail. */
import type { IdentityPools, PoolCaller, PoolIdentity, RequestFields } from '@token-broker/core'
import { compileTenant, trustsByIssuer } from '@token-broker/core/document'
import { NO_POOLS } from '../../fixtures/no-pools.ts'
import { POOL_ID, poolDocument } from '../../fixtures/pool-document.ts'
import { createRequestPath } from './run-request.ts'
import { compactToken } from './unsigned-tokens.ts'

export const PROVIDER = 'id.game.example'
export const ISSUER = `https://${PROVIDER}`
export const CLAIMS = { iss: ISSUER, sub: 'alice', aud: 'game', iat: 1000, exp: 2000 }

export const PLAYER: PoolIdentity = {
  ...{ id: 'id-1', pool: POOL_ID, provider: PROVIDER, logins: [PROVIDER] },
  guest: false,
}
export const GUEST: PoolIdentity = { ...PLAYER, provider: '', logins: [], guest: true }

export function loginWith(claims: object = {}, provider = PROVIDER) {
  return { provider, token: compactToken({ ...CLAIMS, ...claims }) }
}

type PoolFields = Partial<RequestFields['pool']>

/**
 * @param pools in place of a pool that knows each caller as {@link PLAYER}
 * @param ports in place of those of a broker whose upstreams are available
 */
export function poolPath(
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
  const fieldsOf = (pool: PoolFields, others: Partial<RequestFields>) => ({
    subjectToken: '',
    pool: { pool: POOL_ID, logins: [], adoptsChangedIds: true, ...pool },
    ...others,
  })
  const { records, calls, assumedWith } = path
  return {
    ...{ asked, records, calls, assumedWith },
    issue: (pool: PoolFields, fields = {}) => path.issue(fieldsOf(pool, fields)),
    explain: (pool: PoolFields) => path.explain(fieldsOf(pool, {})),
    release: (pool: PoolFields) => path.release(fieldsOf(pool, {})),
  }
}
