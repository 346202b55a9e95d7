/** An actor acts for a user, at every endpoint: who may, what it gets, and what is recorded. */
import { describe, expect, it } from 'vitest'
import { startDelegatedBroker } from './delegated-broker.ts'

const { broker, users, partner, broken, foreign, endpoints, others, minted } =
  await startDelegatedBroker()

const AGENT = { act: { sub: 'agent' } }
const alice = (claims: object = {}) => users.token({ region: 'north', ...claims })
const crawler = (claims: object = {}) =>
  partner.token({
    ...{ sub: 'crawler', aud: 'acme-partners', customer: 'acme', region: 'north' },
    ...claims,
  })
const now = () => Math.floor(Date.now() / 1000)

/** The refusal code of a response in the form of any endpoint; undefined: it is no refusal. */
function codeOf(body: string): string | undefined {
  return /"code": ?"(\w+)"/i.exec(body)?.[1] ?? /<Message>.*\((\w+)/.exec(body)?.[1]
}

describe.each(Object.entries(endpoints))('the %s endpoint', (name, send) => {
  const issues = name !== 'explain'

  it('issues what a rule gives to the partner for the user, and records both', async () => {
    const { status, body } = await send({ subject: await alice(), actor: await crawler() })
    expect([status, codeOf(body)]).toEqual([200, undefined])
    expect(broker.audit.at(-1)).toMatchObject({
      outcome: issues ? 'issued' : 'explained',
      subject: 'alice',
      issuer: users.url,
      actor: { issuer: partner.url, subject: 'crawler' },
      rule: 'the partner acts for users of its own region',
      grant: 'partner',
      sessionTags: { user: 'alice', actor: 'crawler' },
      sourceIdentity: expect.stringMatching(/^crawler-[a-z2-7]{16}$/),
      subjectTokenSha256: expect.any(String),
      actorTokenSha256: expect.any(String),
    })
  })

  it('issues what a rule gives to an agent that the token names', async () => {
    const { status } = await send({ subject: await alice(AGENT) })
    expect(status).toBe(200)
    expect(broker.audit.at(-1)).toMatchObject({
      actor: { issuer: users.url, subject: 'agent' },
      rule: 'agents act for users',
      grant: 'partner',
    })
  })

  it.each([
    ['of another region', { region: 'south' }, {}, 'access_denied'],
    ['for another audience', { aud: 'acme-app' }, {}, 'access_denied'],
    ['of another customer', { customer: 'beta' }, {}, 'access_denied'],
    ['that has expired', { iat: now() - 900, exp: now() - 300 }, {}, 'token_expired'],
    ['that is malformed', { sub: 7 }, {}, 'invalid_token'],
    ['that is delegated itself', AGENT, {}, 'invalid_token'],
    ['bound to a key', { cnf: { jkt: 'x'.repeat(43) } }, {}, 'invalid_token'],
    ['not named by may_act', {}, { may_act: { sub: 'crawler' } }, 'access_denied'],
    ['with a value that no session may have', { sub: 'a*' }, {}, 'claim_unusable'],
    ['after a chain of four', {}, chain(4), 'invalid_token'],
  ])('refuses a partner’s token %s', async (_name, claims, subject, code) => {
    const { body } = await send({ subject: await alice(subject), actor: await crawler(claims) })
    expect(codeOf(body)).toBe(code)
    expect(broker.audit.at(-1)).toMatchObject({ outcome: 'refused', code, subject: 'alice' })
  })

  it('says why an actor token that is bound to a key is refused', async () => {
    const actor = await crawler({ cnf: { jkt: 'x'.repeat(43) } })
    await send({ subject: await alice(), actor })
    expect(broker.audit.at(-1)?.reason).toContain('its DPoP proof cannot be sent here')
  })

  it.each([
    ['signed by another issuer', () => users.token({ iss: partner.url }), 'invalid_token'],
    ['of another tenant’s issuer', () => foreign.token(), 'issuer_untrusted'],
    ['of another tenant', () => users.token({ org: 'beta', aud: 'beta-app' }), 'access_denied'],
    ['of an issuer without keys', () => broken.token(), 'issuer_unavailable'],
    ['that is no token', async () => 'x', 'invalid_token'],
  ])('refuses an actor token %s', async (_name, actor, code) => {
    const { body } = await send({ subject: await alice(), actor: await actor() })
    expect(codeOf(body)).toBe(code)
    expect(broker.audit.at(-1)).toMatchObject({ code, subject: 'alice', tenant: 'acme' })
    expect(broker.audit.at(-1)).not.toHaveProperty('actor')
  })

  it('gives an actor nothing by a rule that does not mention actor', async () => {
    const { body } = await send({ subject: await alice(), actor: await crawler(), grant: 'own' })
    expect(codeOf(body)).toBe('access_denied')
    if (name !== 'release') {
      const own = await send({ subject: await alice(), grant: 'own' })
      expect(codeOf(own.body)).toBeUndefined()
    }
  })
})

describe.each(Object.entries({ ...endpoints, ...others }))('the %s endpoint', (_name, send) => {
  it.each([
    ['an unknown agent', { act: { sub: 'other' } }, 'access_denied'],
    ['an agent that may_act does not name', { ...AGENT, may_act: { sub: 'x' } }, 'access_denied'],
    ['a chain of five', chain(5), 'invalid_token'],
    ['no agent', { act: null }, 'invalid_token'],
    ['an agent without a subject', { act: { iss: 'x' } }, 'invalid_token'],
    ['an agent of another issuer', { act: { iss: partner.url, sub: 'a' } }, 'invalid_token'],
  ])('refuses a token whose act names %s', async (_title, claims, code) => {
    const { status, body } = await send({ subject: await alice(claims) })
    expect(broker.audit.at(-1)).toMatchObject({ outcome: 'refused', code })
    expect(status === 200 ? codeOf(body) : code).toBe(code)
  })

  it('accepts an agent that the token names, after a chain of three', async () => {
    const { status } = await send({ subject: await alice(chain(4, 'agent-2')) })
    expect(status).toBe(200)
    expect(broker.audit.at(-1)).toMatchObject({
      grant: 'partner',
      actor: { subject: 'agent-2', actor: { actor: { actor: { subject: 'a0' } } } },
    })
  })
})

it('mints the chain of actors, and the subject of the user', async () => {
  const subject = await alice(AGENT)
  await endpoints.native?.({ subject, actor: await crawler() })
  const delegated = minted()
  expect(delegated.act).toEqual({
    iss: partner.url,
    sub: 'crawler',
    act: { iss: users.url, sub: 'agent' },
  })
  await endpoints.native?.({ subject })
  expect(minted()).toMatchObject({ act: { iss: users.url, sub: 'agent' }, sub: delegated.sub })
  await endpoints.native?.({ subject: await alice(), grant: 'own' })
  expect(minted()).not.toHaveProperty('act')
})

it('explains the checks of the actor, and its reason only once it is verified', async () => {
  const explain = async (actor: string) => {
    const response = await endpoints.explain?.({ subject: await alice(), actor })
    return JSON.parse(response?.body ?? '')
  }
  const explained = await explain(await crawler())
  expect(explained.trace).toContainEqual(
    expect.objectContaining({ check: 'actor: signature is the issuer’s', passed: true }),
  )
  expect(explained.plan.roleSessionName).toMatch(/^alice\.crawler-/)
  const unavailable = await explain(await broken.token())
  expect(unavailable).toMatchObject({
    code: 'issuer_unavailable',
    reason: 'The token is not verified; the reason is in the audit record of this request.',
  })
  expect(broker.audit.at(-1)?.reason).toContain('500')
})

it.each([
  ['without its type', { actor_token_type: undefined }],
  ['that is empty', { actor_token: '' }],
  ['of an unknown type', { actor_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' }],
  ['that is absent, with its type', { actor_token: undefined }],
  [
    'that is absent, with its issuer',
    { actor_token: undefined, actor_token_type: undefined, actor_issuer: 'https://id.example' },
  ],
])('the token exchange endpoint refuses an actor token %s', async (_name, fields) => {
  const { status, body } = await broker.postForm('/v1/token', {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: await alice(),
    subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    actor_token: await crawler(),
    actor_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    audience: 'acme',
    ...fields,
  })
  expect([status, JSON.parse(body).code]).toEqual([400, 'invalid_request'])
})

it.each([
  ['empty', { actorToken: '' }],
  ['white space', { actorToken: ' \n' }],
  ['a number', { actorToken: 7 }],
  ['null', { actorToken: null }],
  ['a list', { actorToken: ['x'] }],
  ['absent, with its issuer', { actorIssuer: 'https://id.example' }],
  ['absent, with its type', { actorTokenType: 'saml2' }],
  ['of an unknown type', { actorToken: 'x', actorTokenType: 'jwt' }],
])('the native endpoint refuses an actor token that is %s', async (_name, fields) => {
  for (const path of ['/v1/credentials', '/v1/explain']) {
    const { body } = await broker.post(path, await alice(), { tenant: 'acme', ...fields })
    expect(codeOf(body)).toBe('invalid_request')
  }
})

/** The claim `act` with so many actors, of whom `first` acts now. */
function chain(length: number, first = 'agent'): { readonly act: object } {
  const earlier = Array.from({ length: length - 1 }, (_, index) => ({ sub: `a${index + 1}` }))
  const nested = earlier.reduce<object>((act, one) => ({ ...one, act }), { sub: 'a0' })
  return { act: length === 1 ? { sub: first } : { ...nested, sub: first } }
}
