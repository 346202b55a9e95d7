/** Refused logins of an identity pool: what the caller reads, and which of them were verified. */
import { describe, expect, it } from 'vitest'
import { explainLoginRefusal } from '../../../packages/core/src/decide/explain-login-refusal.ts'
import { areLoginsVerified } from '../../../packages/core/src/decide/verified-logins.ts'
import { BrokerError } from '../../../packages/core/src/model/broker-error.ts'
import { createTrace, recordCheck } from '../../../packages/core/src/model/trace.ts'

const DENIED = new BrokerError('access_denied', 'For the operator.')
const AUDIENCE = 'tenant game accepts the audience'
const PARTY = 'tenant game accepts the authorized party'

type Recorded = readonly [check: string, passed: boolean, found?: unknown]

/** What is thrown, for a trace with these checks. */
function explained(error: unknown, ...checks: readonly Recorded[]): unknown {
  const trace = createTrace()
  // Checks of an actor are described later.
  trace.checks.push(() => [{ stage: 'resolve', check: AUDIENCE, passed: false }])
  for (const [check, passed, found] of checks)
    recordCheck(trace, 'resolve', check, passed, ['game'], found)
  return explainLoginRefusal(error, 'game', trace)
}

describe('a login that the tenant does not accept', () => {
  it.each<[string, Recorded[], string]>([
    [
      'has another audience',
      [[AUDIENCE, false, ['other']]],
      'The audience (aud) is not one that this identity pool accepts.',
    ],
    [
      'has another authorized party',
      [
        [AUDIENCE, true, ['game']],
        [PARTY, false, 'other'],
      ],
      'The authorized party (azp) is not one that this identity pool accepts.',
    ],
    ['has no audience', [[AUDIENCE, false, []]], 'Missing a required claim: aud'],
    [
      'has several faults, of which the first is named',
      [
        [PARTY, false, '(absent)'],
        [AUDIENCE, false, ['other']],
      ],
      'The authorized party (azp) is not one that this identity pool accepts.',
    ],
  ])('%s', (_, checks, reason) => {
    const refusal = explained(DENIED, ...checks)
    expect(refusal).toBeInstanceOf(BrokerError)
    expect(refusal).toMatchObject({
      ...{ code: 'access_denied', message: 'For the operator.', cause: DENIED },
      callerMessage: `Invalid login token. ${reason}`,
    })
  })

  it('for a reason of its own says nothing more', () => {
    expect(explained(DENIED)).toBe(DENIED)
    expect(explained(DENIED, [AUDIENCE, true, ['game']])).toBe(DENIED)
    expect(explained(DENIED, ['identity is a member of tenant game', false, {}])).toBe(DENIED)
    expect(explained(DENIED, ['tenant other accepts the audience', false, []])).toBe(DENIED)
  })
})

describe('a login that is refused before', () => {
  it('says that it has expired, and when', () => {
    const expired = new BrokerError('token_expired', 'Why.', { callerMessage: 'It ended.' })
    expect(explained(expired, [AUDIENCE, false, ['other']])).toMatchObject({
      ...{ code: 'token_expired', message: 'Why.', cause: expired },
      callerMessage: 'Invalid login token. Token expired. It ended.',
    })
    const silent = new BrokerError('token_expired', 'Why.')
    expect(explained(silent, [AUDIENCE, false, ['other']])).toBe(silent)
  })

  it('for another reason says nothing more', () => {
    const options = { callerMessage: 'It is forged.' }
    const forged = new BrokerError('invalid_token', 'Why.', options)
    expect(explained(forged, [AUDIENCE, false, ['other']])).toBe(forged)
    const fault = new TypeError('a fault')
    expect(explained(fault, [AUDIENCE, false, ['other']])).toBe(fault)
  })
})

describe('the logins of a request are verified', () => {
  const BEGUN = 'token is of an issuer of the provider'
  const SIGNED = 'signature is the issuer’s'
  const VOUCHED = 'an issuer of the tenant vouches for the token'

  it.each<[expected: boolean, what: string, checks: Recorded[]]>([
    [
      true,
      'by a signature',
      [
        [BEGUN, true],
        [SIGNED, true],
      ],
    ],
    [
      true,
      'by the issuer',
      [
        [BEGUN, true],
        [VOUCHED, true],
      ],
    ],
    [
      true,
      'each in its way',
      [
        [BEGUN, true],
        [SIGNED, true],
        [BEGUN, true],
        [VOUCHED, true],
      ],
    ],
    [false, 'without any', []],
    [
      false,
      'without a check of one',
      [
        [BEGUN, true],
        [SIGNED, true],
        [BEGUN, true],
      ],
    ],
    [
      false,
      'by a signature of another key',
      [
        [BEGUN, true],
        [SIGNED, false],
      ],
    ],
    [
      false,
      'by an issuer that does not know one',
      [
        [BEGUN, true],
        [VOUCHED, false],
      ],
    ],
    [
      false,
      'by another check',
      [
        [BEGUN, true],
        [AUDIENCE, true],
      ],
    ],
  ])('%s: %s', (expected, _, checks) => {
    const trace = createTrace()
    trace.checks.push(() => [{ stage: 'verify', check: SIGNED, passed: true }])
    for (const [check, passed] of checks) recordCheck(trace, 'verify', check, passed)
    expect(areLoginsVerified(trace)).toBe(expected)
  })
})
