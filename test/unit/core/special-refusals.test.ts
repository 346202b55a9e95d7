/** Refusals with a name, a limit or a deadline of their own, and what their callers read. */
import { describe, expect, it, vi } from 'vitest'
import { beforeDeadline } from '../../../packages/core/src/model/before-deadline.ts'
import { LimitReached } from '../../../packages/core/src/model/limit-reached.ts'
import { type PoolProblem, PoolRefusal } from '../../../packages/core/src/model/pool-refusal.ts'

describe('a refusal of an identity pool', () => {
  it.each<[PoolProblem, code: string]>([
    ['unsigned', 'invalid_request'],
    ['incomplete', 'invalid_request'],
    ['other-service', 'invalid_token'],
    ['other-date', 'invalid_token'],
    ['too-old', 'invalid_token'],
    ['too-new', 'invalid_token'],
    ['mismatch', 'invalid_token'],
    ['unknown-key', 'invalid_token'],
    ['revoked-key', 'invalid_token'],
    ['unreadable-key', 'config_invalid'],
    ['other-identity', 'access_denied'],
    ['not-found', 'access_denied'],
    ['conflict', 'access_denied'],
    ['unreadable-body', 'invalid_request'],
    ['invalid-member', 'invalid_request'],
    ['unknown-operation', 'invalid_request'],
  ])('because of %s has the code %s', (problem, code) => {
    expect(new PoolRefusal(problem, 'for the caller', 'for the operator')).toMatchObject({
      ...{ problem, code, callerMessage: 'for the caller', message: 'for the operator' },
    })
  })

  it('has the same words for both where nothing else is said', () => {
    expect(new PoolRefusal('conflict', 'for both')).toMatchObject({
      ...{ callerMessage: 'for both', message: 'for both' },
    })
  })
})

it('a refusal beyond a limit says to callers only how long to wait', () => {
  const caller = { tenant: { tenant: 'acme' }, issuer: 'https://id.example', subject: 'alice' }
  const limit = { limit: 'subject', message: 'for the operator', retryAfterSeconds: 7 } as const
  expect(new LimitReached({ ...limit, caller })).toMatchObject({
    ...{ ...limit, caller, code: 'throttled' },
    callerMessage:
      'More requests were sent than are admitted: expected none for 7 s; wait so long, and send ' +
      'fewer requests.',
  })
})

describe('a request with a deadline', () => {
  const refusal = {
    ...{ code: 'upstream_unavailable', retryAfterSeconds: 1, callerMessage: undefined },
    message: 'Nothing was decided before the deadline.',
  }
  const never = new Promise<never>(() => {})

  it('is refused at the deadline, also where that has passed', async () => {
    const ending = new AbortController()
    const refused = expect(beforeDeadline(ending.signal, never)).rejects.toMatchObject(refusal)
    ending.abort()
    await refused
    await expect(beforeDeadline(AbortSignal.abort(), never)).rejects.toMatchObject(refusal)
  })

  it('has the result of its work, and no longer a deadline', async () => {
    for (const work of [Promise.resolve(7), Promise.reject(new Error('no'))]) {
      const ending = new AbortController()
      const removed = vi.spyOn(ending.signal, 'removeEventListener')
      const expected = await work.catch((error: Error) => error.message)
      const found = beforeDeadline(ending.signal, work).catch((error: Error) => error.message)
      expect(await found).toBe(expected)
      await vi.waitFor(() => expect(removed).toHaveBeenCalledWith('abort', expect.any(Function)))
    }
  })
})
