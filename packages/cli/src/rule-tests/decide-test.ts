/** Decides about the request that a rule test states, as the broker would. */
import {
  type CompiledTenant,
  type Decision,
  explainDecision,
  type PoolIdentity,
  type RequestFields,
} from '@token-broker/core'
import type { RuleTest } from '@token-broker/core/document'
import { createMemoryTenants } from '../documents/memory-tenants.ts'
import { NO_DEADLINE, NO_EFFECTS } from '../documents/no-effects.ts'
import {
  actorFields,
  createStatedTokens,
  type StatedToken,
  subjectFields,
} from '../documents/stated-tokens.ts'

/** An id of the pool's Region that no real identity has. */
const NO_DIGITS = '00000000-0000-0000-0000-000000000000'
const DEFAULT_IP = '127.0.0.1'

/** @param jwt the token that the test names; undefined: its claims are stated */
export async function decideTest(
  test: RuleTest,
  tenants: readonly CompiledTenant[],
  jwt?: string,
): Promise<Decision> {
  const now = () => test.nowMs ?? Date.now()
  const stated = createStatedTokens(tenants, now)
  const { request, pool, claims } = test
  const provider = pool?.provider === undefined ? undefined : { pool: pool.id, name: pool.provider }
  const subject = jwt === undefined ? claims && stated.state(claims, provider) : stated.present(jwt)
  const actor = test.actor && stated.state(test.actor)
  const tenant = request.tenant ?? subject?.namedTenant
  return explainDecision(
    {
      ...presentedFields(test, subject),
      ...(actor ? actorFields(actor) : {}),
      tenant,
      grant: request.grant,
      durationSeconds: request.durationSeconds,
      statements: request.statements,
      ...(request.policy ? { sessionPolicy: sessionPolicyOf(request.policy) } : {}),
    },
    {
      requestId: 'test',
      endpoint: request.endpoint ?? (pool ? 'cognito' : 'native'),
      clientIp: request.ip ?? DEFAULT_IP,
      userAgent: undefined,
      signal: NO_DEADLINE,
      recordSignal: NO_DEADLINE,
    },
    {
      ...NO_EFFECTS,
      ...stated.verifiers,
      identityPools: { ...NO_EFFECTS.identityPools, identify: async () => identityOf(test) },
      proofVerifier: { verify: () => false },
      tenants: createMemoryTenants(tenants),
      now,
    },
  )
}

/** The fields of the subject: its token, or the logins of a caller of a pool. */
function presentedFields(
  { pool }: RuleTest,
  subject: StatedToken | undefined,
): Pick<RequestFields, 'subjectToken' | 'tokenType' | 'issuer' | 'pool'> {
  if (pool === undefined) return subject ? subjectFields(subject) : { subjectToken: '' }
  const { provider } = pool
  const token = subject?.text ?? ''
  const logins = provider === undefined ? [] : [{ provider, token }]
  return { subjectToken: '', pool: { pool: pool.id, logins, adoptsChangedIds: true } }
}

/** Real ids are derived from the secret of the pool, which is not needed here. */
function identityOf({ pool }: RuleTest): PoolIdentity {
  const { id = '', provider, identity, claimedGuest } = pool ?? {}
  return {
    id: identity ?? id.replace(/:.*/, `:${NO_DIGITS}`),
    pool: id,
    provider: provider ?? '',
    logins: provider === undefined ? [] : [provider],
    guest: provider === undefined,
    ...(claimedGuest === undefined ? {} : { claimedGuest }),
  }
}

function sessionPolicyOf(statements: NonNullable<RuleTest['request']['policy']>): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}
