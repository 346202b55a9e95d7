/** Under which settings of the tenant an actor token is read, and what its trace has. */
import type { RequestFields } from '@token-broker/core'
import { expect, it } from 'vitest'
import { BrokerError } from '../../../packages/core/src/model/broker-error.ts'
import { showTrace } from '../../../packages/core/src/model/trace.ts'
import { createDelegation, delegatingTenants, PARTNER, USERS } from './delegation.ts'
import { compactToken } from './unsigned-tokens.ts'

const TIMES = { iat: 1000, exp: 2000 }
const subjectToken = compactToken({ iss: USERS, sub: 'alice', aud: 'app', org: 'acme', ...TIMES })

function requestWith(claims: object = {}): Partial<RequestFields> {
  const actor = { iss: PARTNER, sub: 'crawler', aud: 'partner', ...TIMES, ...claims }
  return { subjectToken, actorToken: compactToken(actor) }
}

async function checkOf(fields: Partial<RequestFields>, name: string) {
  const { trace } = await createDelegation().explain(fields)
  return showTrace(trace).find(({ check }) => check === name)
}

it('an opaque token is not read as one where it is said to be an assertion', async () => {
  const fields = { subjectToken, tenant: 'acme', actorToken: 'opaque-robot' }
  expect(await createDelegation().issue(fields)).toMatchObject({ grant: 'acting' })
  // No token of these tests is an assertion: the port for them throws.
  const refused = await createDelegation().issue({ ...fields, actorTokenType: 'saml2' })
  expect(refused).toMatchObject({ code: 'internal' })
})

it('a JWT is not of an issuer of assertions', async () => {
  const saml = { recipients: [], multiValued: [] }
  const ofAssertions = delegatingTenants((one) => ({ ...one, profile: { ...one.profile, saml } }))
  const path = createDelegation({ tenants: ofAssertions })
  expect(await path.issue(requestWith())).toMatchObject({ code: 'issuer_untrusted' })
  expect(path.verified).toEqual([USERS])
})

it('a member condition reads the address and the endpoint of the request', async () => {
  const outcomeWith = (member: string) => {
    const tenants = delegatingTenants((one) => ({ ...one, member }))
    return createDelegation({ tenants }).issue(requestWith())
  }
  const here = 'request.ip == "203.0.113.7" && request.endpoint == "native"'
  expect(await outcomeWith(here)).toMatchObject({ grant: 'acting' })
  const elsewhere = here.replace('native', 'sts')
  expect(await outcomeWith(elsewhere)).toMatchObject({ code: 'access_denied' })
})

it('the trace has what was expected of the token, and what was found', async () => {
  const trusts = 'actor: tenant acme trusts the issuer'
  expect(await checkOf(requestWith(), trusts)).toMatchObject({
    ...{ passed: true, expected: 'an issuer of the tenant', found: PARTNER },
  })
  const ownAct = async (fields: Partial<RequestFields>) => {
    const { trace } = await createDelegation().explain(fields)
    const named = showTrace(trace).filter(({ check }) => /^actor: token is not del/.test(check))
    return named.at(-1)
  }
  expect(await ownAct(requestWith())).toMatchObject({
    ...{ passed: true, expected: '(absent)', found: '(absent)' },
  })
  const claims = { iss: USERS, aud: 'app', org: 'acme', act: { iss: USERS, sub: 'agent' } }
  expect(await ownAct(requestWith(claims))).toMatchObject({
    ...{ passed: false, expected: '(absent)', found: '(present)' },
  })
})

it('a session has no limit of the issuer where neither issuer has one', async () => {
  const limit = 'duration is within what the issuer allows'
  expect(await checkOf(requestWith(), limit)).toBeUndefined()
  const limited = { ...requestWith(), tenant: 'acme', actorToken: 'opaque-robot-900' }
  expect(await checkOf(limited, limit)).toMatchObject({ passed: true, expected: '<= 900 s' })
})

it('a reason keeps its words where they are not about this token', async () => {
  const message = 'No keys. The token was not read.'
  const verify = async ({ issuer }: { readonly issuer: string }) => {
    if (issuer === PARTNER) throw new BrokerError('issuer_unavailable', message)
  }
  const refused = await createDelegation({ verifier: { verify } }).issue(requestWith())
  expect(refused).toMatchObject({ code: 'issuer_unavailable', message })
})

it('the reason names the closest rule for actors, where the document has one', async () => {
  const refused = await createDelegation().issue(requestWith({ sub: 'another' }))
  expect(refused).toMatchObject({
    code: 'access_denied',
    message: expect.stringMatching(
      /^No rule passes; the closest is "the partner": .* found actor\.subject = "another"; correct/,
    ),
  })
})
