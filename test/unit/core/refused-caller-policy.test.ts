/** The class of a refused policy of the caller: RFC 9396 §5 has a code for a malformed one. */
import { expect, it } from 'vitest'
import { BrokerError } from '../../../packages/core/src/model/broker-error.ts'
import { createTrace } from '../../../packages/core/src/model/trace.ts'
import { compareCallerPolicy } from '../../../packages/core/src/session/compare-caller-policy.ts'
import { InvalidCallerPolicy } from '../../../packages/core/src/session/invalid-caller-policy.ts'
import { createRequestPath } from './run-request.ts'

const policyOn = (Resource: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource } })

it.each<[string, string, string, RegExp, boolean]>([
  ['is no JSON', '{', 'invalid_request', /is not JSON/, true],
  ['is no policy', '{"Version":"2012-10-17"}', 'invalid_request', /Statement/, true],
  ['is wider than the grant', policyOn('*'), 'access_denied', /allows more/, false],
])('a policy that %s', async (_what, sessionPolicy, code, message, isMalformed) => {
  const { issue, calls } = createRequestPath()
  const refusal = await issue({ sessionPolicy })
  expect(refusal).toBeInstanceOf(BrokerError)
  expect(refusal).toMatchObject({
    ...{ code, message: expect.stringMatching(message) },
    callerMessage: expect.stringMatching(message),
  })
  expect(refusal instanceof InvalidCallerPolicy).toBe(isMalformed)
  expect(calls).toEqual(['verify', 'audit'])
})

it('a failure that is not foreseen is no refusal of the policy', () => {
  const failure = new Error('not foreseen')
  const granted = {
    get statements(): never {
      throw failure
    },
    sessionTags: {},
  }
  expect(() => compareCallerPolicy(policyOn('*'))(granted, createTrace())).toThrow(failure)
})
