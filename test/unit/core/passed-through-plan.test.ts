/** Which callers get a session of a grant that passes their own token through to STS. */
import { describe, expect, it } from 'vitest'
import { render } from './rendered-plan.ts'

const OPAQUE =
  'The grant passes the token on to AWS STS, which reads JWTs only: the request has an opaque ' +
  'token; send a JWT, or request another grant.'

describe('a grant that passes tokens through', () => {
  const grant = { webIdentity: 'pass-through' } as const
  const checksOf = (trace: ReturnType<typeof render>['trace']) =>
    trace.filter(({ check }) => check.startsWith('STS '))

  it('is rendered for a JWT, and the trace names an azp, which STS reads as the audience', () => {
    const { plan, trace } = render({ grant })
    expect(plan?.webIdentity).toBe('pass-through')
    expect(checksOf(trace)).toEqual([])
    const ofOtherParty = render({ grant, claims: { azp: 'app' } })
    expect(ofOtherParty.plan?.webIdentity).toBe('pass-through')
    expect(checksOf(ofOtherParty.trace)).toEqual([
      {
        stage: 'render',
        check: 'STS will read azp as the audience',
        passed: true,
        expected: 'the trust policy’s aud',
        found: 'app',
      },
    ])
  })

  it('is refused for an opaque token, which STS cannot read', () => {
    const { error, trace } = render({ grant, hasOpaqueToken: true })
    expect(error).toMatchObject({
      code: 'access_denied',
      message: OPAQUE,
      callerMessage: OPAQUE,
    })
    expect(checksOf(trace)).toEqual([
      {
        stage: 'render',
        check: 'STS can read the token',
        passed: false,
        expected: 'a JWT',
        found: 'an opaque token',
      },
    ])
    expect(render({ hasOpaqueToken: true }).plan?.webIdentity).toBe('minted')
  })
})
