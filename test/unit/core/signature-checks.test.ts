/** Signatures are checked within one time for keys, and the trace shows no more than the result. */
import { expect, it } from 'vitest'
import { BrokerError } from '../../../packages/core/src/model/broker-error.ts'
import type { VerificationProfile } from '../../../packages/core/src/model/compiled-tenant.ts'
import { createTrace, recordCheck, showTrace } from '../../../packages/core/src/model/trace.ts'
import { hasVerifiedSignature } from '../../../packages/core/src/verify/demand-signature.ts'
import { verifyIdentity } from '../../../packages/core/src/verify/verify-identity.ts'
import { NO_SAML } from '../../fixtures/no-saml.ts'
import { NO_PROOFS } from './no-proofs.ts'
import { PROFILE, unsignedToken } from './unsigned-tokens.ts'

const BAD_SIGNATURE = new BrokerError('invalid_token', 'The signature is wrong (key k1).')
const NO_KEYS = new BrokerError('issuer_unavailable', 'https://id.example/keys is down.')

/** Acme's profile is the first, which a caller who names acme has tried first. */
const TRUSTS = [601, 602, 603].map((maxTokenAgeSeconds) => ({
  profile: { ...PROFILE, maxTokenAgeSeconds },
  tenants: { [maxTokenAgeSeconds === 601 ? 'acme' : 'other']: { audiences: ['app'] } },
}))

/**
 * @param failures what the check of the signature throws, by the `maxTokenAgeSeconds` of a profile
 * @param checkMs how long each check lasts
 */
async function verify(
  failures: Readonly<Record<number, unknown>>,
  tenant: string | undefined = undefined,
  checkMs = 0,
) {
  const waits: number[] = []
  let nowMs = 1_500_000
  const trace = createTrace()
  const ports = {
    ...NO_PROOFS,
    tenants: {
      findTrusts: async () => TRUSTS,
      findPool: async () => undefined,
      load: async () => undefined,
    },
    samlVerifier: NO_SAML,
    verifier: {
      verify: async (_: object, { maxTokenAgeSeconds: age }: VerificationProfile, wait: number) => {
        waits.push(wait)
        nowMs += checkMs
        if (age in failures) throw failures[age]
      },
    },
    now: () => nowMs,
  }
  const caller = { requestId: 'r', endpoint: 'native', clientIp: '', userAgent: undefined }
  const context = { ...caller, signal: new AbortController().signal, ports, trace }
  const token = unsignedToken({}, { kid: 'k1' })
  const refused = await verifyIdentity(token, { tenant }, context).then(
    () => undefined,
    (error: unknown) => error,
  )
  const signatures = showTrace(trace).filter(({ check }) => check.startsWith('signature'))
  return { refused, waits, signatures, isVerified: hasVerifiedSignature(trace) }
}

const signature = (passed: boolean, found: string) => ({
  ...{ stage: 'verify', check: 'signature is the issuer’s', passed },
  ...{ expected: 'a key of the issuer', found },
})

it('each signature is in the trace, without the words of the verifier', async () => {
  const failures = { 601: NO_KEYS, 602: BAD_SIGNATURE, 603: BAD_SIGNATURE }
  const { refused, signatures, isVerified } = await verify(failures)
  expect(refused).toBe(NO_KEYS)
  expect(signatures).toEqual([
    signature(false, 'the keys are not available'),
    signature(false, 'no key verifies it'),
    signature(false, 'no key verifies it'),
  ])
  expect(isVerified).toBe(false)
})

it('an unforeseen error is no missing key, and is passed on', async () => {
  const unforeseen = Object.assign(new TypeError('unforeseen'), { code: 'issuer_unavailable' })
  expect((await verify({ 601: unforeseen })).refused).toBe(unforeseen)
})

it('one verified signature is enough, and the trace names its key', async () => {
  const { refused, signatures, isVerified } = await verify({ 601: BAD_SIGNATURE, 603: NO_KEYS })
  expect(refused).toBeUndefined()
  expect(signatures).toContainEqual(signature(true, 'k1'))
  expect(isVerified).toBe(true)
})

it('other checks that passed are no verified signature', () => {
  const trace = createTrace()
  expect(hasVerifiedSignature(trace)).toBe(false)
  recordCheck(trace, 'verify', 'issuer is trusted', true)
  trace.checks.push(() => [])
  expect(hasVerifiedSignature(trace)).toBe(false)
})

it('all profiles share 3.5 s to wait for keys', async () => {
  const waits = async (checkMs: number) =>
    (await verify({ 601: BAD_SIGNATURE }, 'acme', checkMs)).waits
  expect(await waits(0)).toEqual([3500, 3500, 3500])
  expect(await waits(1000)).toEqual([3500, 2500, 2500])
  expect(await waits(9000)).toEqual([3500, 0, 0])
  // A clock that is set back gives no more time.
  expect(await waits(-9000)).toEqual([3500, 3500, 3500])
})
