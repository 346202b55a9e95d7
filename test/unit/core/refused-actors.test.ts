/** What the operator and the caller read where an actor token is refused. */
import { BrokerError } from '@token-broker/core'
import { describe, expect, it } from 'vitest'
import { createDelegation, PARTNER, USERS } from './delegation.ts'
import { compactToken } from './unsigned-tokens.ts'

const TIMES = { iat: 1000, exp: 2000 }
const userToken = (claims: object = {}) =>
  compactToken({ iss: USERS, sub: 'alice', aud: 'app', org: 'acme', ...TIMES, ...claims })
const partnerToken = (claims: object = {}) =>
  compactToken({ iss: PARTNER, sub: 'crawler', aud: 'partner', ...TIMES, ...claims })

const DELEGATED = { subjectToken: userToken(), actorToken: partnerToken() }
const NOT_ACCEPTED = 'The actor token is not accepted; send a current token of the actor.'
/** A refusal that says nothing to the caller about the tenant. */
const WITHOUT_REASON = expect.stringMatching(/^No rule grants what is requested: /)

describe('the operator reads why, and the caller what it may know', () => {
  it.each([
    {
      what: 'of an issuer that the tenant does not trust',
      actorToken: partnerToken({ iss: 'https://other.example' }),
      code: 'issuer_untrusted',
      message:
        'Tenant acme does not trust the issuer of the actor token: expected ' +
        `"${USERS}", "${PARTNER}", found "https://other.example"; add it to issuers of the ` +
        'tenant document, or send another token.',
      callerMessage: NOT_ACCEPTED,
    },
    {
      what: 'for another audience',
      actorToken: partnerToken({ aud: 'app' }),
      code: 'access_denied',
      message:
        'The actor token is not accepted: tenant acme does not accept the audience (aud): ' +
        'expected "partner", found "app"; add the audience to audiences of the issuer in the ' +
        'tenant document, or get a token for an accepted one.',
      callerMessage: WITHOUT_REASON,
    },
    {
      what: 'of another tenant, at a shared issuer',
      actorToken: userToken({ sub: 'b', org: 'beta' }),
      code: 'access_denied',
      message:
        'The actor token is not accepted: the subject is not a member of tenant acme: expected ' +
        'claims.org == "acme", found claims.org = "beta"; correct the claim at the issuer, or ' +
        'member in the tenant document.',
      callerMessage: WITHOUT_REASON,
    },
    {
      what: 'that is delegated itself',
      actorToken: partnerToken({ act: { iss: PARTNER, sub: 'agent' } }),
      code: 'invalid_token',
      message: expect.stringMatching(/^The actor token has the claim act: another party acts/),
      callerMessage: expect.stringMatching(/^The actor token has the claim act: another party/),
    },
    {
      what: 'that is delegated itself, where the issuer may delegate',
      actorToken: userToken({ act: { iss: USERS, sub: 'agent' } }),
      code: 'invalid_token',
      message:
        'The actor token has the claim act: another party acts for its subject; send a token of ' +
        'the actor itself.',
      callerMessage: NOT_ACCEPTED,
    },
    {
      what: 'that has expired',
      actorToken: partnerToken({ exp: 1400 }),
      code: 'token_expired',
      message: expect.stringMatching(/^The actor token has expired: exp 1970-/),
      callerMessage: expect.stringMatching(/^The actor token has expired: exp 1970-/),
    },
    {
      what: 'whose signature no key verifies',
      actorToken: partnerToken({ forged: true }),
      code: 'invalid_token',
      message: 'No key verifies the signature.',
      callerMessage: NOT_ACCEPTED,
    },
  ])('$what', async ({ actorToken, code, message, callerMessage }) => {
    const refusal = await createDelegation().issue({ ...DELEGATED, actorToken })
    expect(refusal).toMatchObject({ code, message, callerMessage })
  })
})

describe('the type of an actor token', () => {
  it('decides which of them it is', async () => {
    const { issue } = createDelegation()
    const opaque = { ...DELEGATED, actorToken: 'opaque-robot' }
    expect(await issue(opaque)).toMatchObject({ grant: 'acting' })
    // No token of these tests is an assertion: the port for them throws.
    expect(await issue({ ...DELEGATED, actorTokenType: 'saml2' })).toMatchObject({
      ...{ code: 'internal', message: expect.not.stringContaining('JWT') },
    })
  })
})

describe('what is not about the token', () => {
  it('has the time after which to try again, and no message for the caller', async () => {
    const options = { retryAfterSeconds: 7 }
    const failed = await refusalBy(new BrokerError('issuer_unavailable', 'No keys.', options))
    const expected = { code: 'issuer_unavailable', message: 'No keys.', callerMessage: undefined }
    expect(failed).toMatchObject({ ...expected, ...options })
    const other = await refusalBy(new BrokerError('issuer_unavailable', 'No keys.'))
    expect(other).toMatchObject({ ...expected, retryAfterSeconds: undefined })
  })

  it('and is a fault, stays one', async () => {
    const fault = new TypeError('a fault')
    expect(await refusalBy(fault)).toMatchObject({ code: 'internal', cause: fault })
  })

  async function refusalBy(error: Error) {
    const verify = async ({ issuer }: { readonly issuer: string }) => {
      if (issuer === PARTNER) throw error
    }
    return createDelegation({ verifier: { verify } }).issue(DELEGATED)
  }
})

describe('a session ends no later than each issuer allows', () => {
  it.each([
    [undefined, undefined],
    ['opaque-robot-900', 900],
  ])('with the actor token %s: at most %s s', async (actorToken, seconds) => {
    const { issue, assumedWith } = createDelegation()
    await issue({ ...DELEGATED, ...(actorToken === undefined ? {} : { actorToken }) })
    expect(assumedWith).toMatchObject([{ durationSeconds: seconds ?? 3600 }])
  })
})
