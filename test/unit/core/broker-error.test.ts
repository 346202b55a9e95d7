/** Codes that callers may rely on, and errors that carry them. */
import { expect, it } from 'vitest'
import { BrokerError, REFUSAL_CODES } from '../../../packages/core/src/model/broker-error.ts'
import { MalformedPolicy } from '../../../packages/core/src/session/sts.ts'

it('has a closed list of codes, which stay the same in each version', () => {
  expect(REFUSAL_CODES).toEqual([
    ...['invalid_request', 'invalid_token', 'issuer_untrusted', 'token_expired'],
    ...['invalid_dpop_proof', 'use_dpop_nonce'],
    ...['issuer_unavailable', 'access_denied', 'claim_unusable', 'sts_rejected'],
    ...['policy_too_large', 'throttled', 'upstream_unavailable', 'config_invalid', 'internal'],
  ])
})

it('has a text for the operator, and another for the caller only where one is given', () => {
  const error = new BrokerError('throttled', 'STS limits the calls.')
  expect(error).toMatchObject({ name: 'BrokerError', code: 'throttled' })
  expect(error.message).toBe('STS limits the calls.')
  expect(error.callerMessage).toBeUndefined()
  expect(error.retryAfterSeconds).toBeUndefined()
  expect(Object.hasOwn(error, 'cause')).toBe(false)
})

it('keeps what it is given, and the error that caused it', () => {
  const cause = new TypeError('x')
  const options = { callerMessage: 'Try again.', retryAfterSeconds: 5, cause }
  expect(new BrokerError('throttled', 'Why.', options)).toMatchObject(options)
  expect(new BrokerError('throttled', 'Why.', { cause: null }).cause).toBeNull()
})

it('is a rejection by STS where STS cannot read the policy', () => {
  expect(new MalformedPolicy('Why.')).toMatchObject({ code: 'sts_rejected', message: 'Why.' })
})
