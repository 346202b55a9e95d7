/** Decides about a token as the broker would, by the tenant documents of a command line. */
import { isIP } from 'node:net'
import { type CompiledTenant, type Decision, explainDecision } from '@token-broker/core'
import { quote, UsageError } from '../cli-error.ts'
import { readPolicyOption } from '../session/json-option.ts'
import { readDuration, readStatements } from '../session/session-options.ts'
import { readDecidingTenants } from './deciding-tenants.ts'
import { createMemoryTenants } from './memory-tenants.ts'
import { NO_DEADLINE, NO_EFFECTS } from './no-effects.ts'
import { type PresentCall, presentTokens, stateTokens, type TokenOption } from './present-tokens.ts'
import { readPoolCaller } from './stated-pool-caller.ts'

export type { TokenOption }

/** What states a request: the options of a command, or the members of a form of the console. */
export type TokenCall = PresentCall

/**
 * @returns undefined where a document is invalid; its errors are printed
 * @throws {UsageError} an option, a document or the token that cannot be read
 */
export function decideToken(call: TokenCall): Promise<Decision | undefined> {
  return decideAmong(call, () => readDecidingTenants(call))
}

/**
 * @param readTenants is called once the options that need no document are read
 * @returns undefined where `readTenants` returns it
 * @throws {UsageError} an option or the token that cannot be read
 */
export async function decideAmong(
  call: TokenCall,
  readTenants: () => Promise<readonly CompiledTenant[] | undefined>,
): Promise<Decision | undefined> {
  const { option } = call
  const now = readClock(option('now'))
  const policy = readPolicyOption(option('policy'))
  const tenants = await readTenants()
  if (tenants === undefined) return undefined
  const caller = readPoolCaller(option)
  const isStated = (option('claims') ?? option('actor-claims')) !== undefined
  const presented = isStated
    ? stateTokens(option, tenants, now)
    : await presentTokens(call, caller?.hasToken !== false, now)
  const { subjectToken, ...fields } = presented.fields
  return explainDecision(
    {
      ...fields,
      ...(caller ? { subjectToken: '', pool: caller.request(subjectToken) } : { subjectToken }),
      tenant: option('tenant') ?? presented.tenant,
      grant: option('grant'),
      durationSeconds: readDuration(option('duration')),
      statements: readStatements(option('statements')),
      ...(policy === undefined ? {} : { sessionPolicy: JSON.stringify(policy) }),
    },
    {
      requestId: 'explain',
      endpoint: option('endpoint') ?? (caller ? 'cognito' : 'native'),
      clientIp: readAddress(option('ip')),
      userAgent: undefined,
      signal: NO_DEADLINE,
      recordSignal: NO_DEADLINE,
    },
    {
      ...NO_EFFECTS,
      ...(caller && { identityPools: { ...NO_EFFECTS.identityPools, ...caller.identityPools } }),
      tenants: createMemoryTenants(tenants),
      // Its tokens come without their proofs, so no signature of one is checked.
      proofVerifier: { verify: () => false },
      ...presented.verifiers,
      now,
    },
  )
}

function readClock(iso: string | undefined): () => number {
  if (iso === undefined) return Date.now
  const at = /^\d{4}-\d{2}-\d{2}(T|$)/.test(iso) ? Date.parse(iso) : Number.NaN
  if (Number.isNaN(at))
    throw new UsageError(`--now: expected a time such as 2026-01-31T12:00:00Z, found ${quote(iso)}`)
  return () => at
}

function readAddress(text = '127.0.0.1'): string {
  if (isIP(text) !== 0) return text
  throw new UsageError(`--ip: expected an IPv4 or IPv6 address, found ${quote(text)}`)
}
