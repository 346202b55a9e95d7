/** The grant of a guest: that of the guests of its pool, and nothing else. */
import { compileTenant } from '@token-broker/core/document'
import { describe, expect, it } from 'vitest'
import { matchGrant } from '../../../packages/core/src/decide/match-grant.ts'
import type { Requested } from '../../../packages/core/src/decide/requested-grant.ts'
import type { ResolvedTenant } from '../../../packages/core/src/decide/resolve-tenant.ts'
import { createTrace, showTrace } from '../../../packages/core/src/model/trace.ts'
import type { VerifiedIdentity } from '../../../packages/core/src/verify/verify-identity.ts'
import {
  GUEST_ROLE,
  OTHER_POOL_ID,
  POOL_ID,
  POOL_ROLE,
  poolDocument,
} from '../../fixtures/pool-document.ts'
import { GUEST } from './pool-path.ts'

const RULE = `guests of ${POOL_ID}`

describe('a guest', () => {
  it.each<[string, Partial<Requested>]>([
    ['requests nothing', {}],
    ['requests the grant of guests', { grant: 'guest' }],
    ['requests the role of guests', { roleArn: GUEST_ROLE }],
  ])('gets the grant of guests where it %s', (_what, requested) => {
    const { name, rule, trace } = match(requested)
    expect([name, rule]).toEqual(['guest', RULE])
    expect(trace).toEqual([
      {
        ...{ stage: 'match', check: `${RULE} get the requested grant`, passed: true },
        ...{ expected: requested.roleArn ?? 'guest', found: 'guest' },
      },
    ])
  })

  it('gets no other grant, although a rule without a condition leads to it', () => {
    expect(refusalOf({ grant: 'player' })).toEqual({
      code: 'access_denied',
      message:
        'The requested grant is not that of guests: expected "guest", found "player"; request no ' +
        'grant, or that of guests.',
    })
  })

  it('gets no other role', () => {
    expect(refusalOf({ roleArn: POOL_ROLE })).toEqual({
      code: 'access_denied',
      message:
        `The requested role is not that of guests: expected "${GUEST_ROLE}", found ` +
        `"${POOL_ROLE}"; request no role, or that of guests.`,
    })
  })

  it('gets nothing where its pool has no guests any more', () => {
    expect(refusalOf({}, OTHER_POOL_ID)).toEqual({
      code: 'access_denied',
      message:
        `The identity pool ${OTHER_POOL_ID} has no guests; add guests to it in the tenant ` +
        'document.',
    })
  })
})

function match(requested: Partial<Requested>, pool = POOL_ID) {
  const { tenant, errors } = compileTenant(JSON.stringify(poolDocument()), 'game.json')
  if (!tenant) throw new Error(JSON.stringify(errors))
  const trace = createTrace()
  const scope = {
    ...{ claims: {}, issuer: 'i', request: { ip: '203.0.113.7', endpoint: 'cognito' } },
    identity: { ...GUEST, pool },
  }
  // In place of an identity and a tenant that only their stages can create.
  const identity = { claims: {}, scope } as unknown as VerifiedIdentity
  const wanted = { grant: undefined, ...requested } as Requested
  const { name, rule } = matchGrant(tenant as ResolvedTenant, wanted, identity, trace)
  return { name, rule, trace: showTrace(trace) }
}

function refusalOf(requested: Partial<Requested>, pool = POOL_ID): object {
  try {
    return match(requested, pool)
  } catch (error) {
    return error instanceof Error
      ? { code: Reflect.get(error, 'code'), message: error.message }
      : { error }
  }
}
