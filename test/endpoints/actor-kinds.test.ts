/** Actor tokens of other kinds than JWTs: SAML responses, and tokens that are bound to a key. */
import { expect, it } from 'vitest'
import { startAssertionIssuer } from '../fixtures/assertion-issuer.ts'
import { closeAfterTests, startTestBroker, tenantDocument } from '../fixtures/index.ts'

const saml = await closeAfterTests(startAssertionIssuer())
const [, samlIssuer = ''] = /^issuers:\n(.*?)^attributes:/ms.exec(saml.document('acme')) ?? []
const broker = await startTestBroker({
  documents: (url) => [
    tenantDocument('acme', url)
      .replace('attributes:', `${samlIssuer}attributes:`)
      .replace('from: claims.sub', 'from: claims.sub, acrossIssuers: true')
      .replace(
        '- name: everybody',
        '- { name: actors, when: has(actor.subject), grant: read }\n  $&',
      ),
  ],
})

it('a SAML response may be the actor token, at each endpoint that can carry one', async () => {
  const token = await broker.token()
  const actorToken = saml.response({ nameId: 'agent' })
  const responses = [
    await broker.post('/v1/credentials', token, { actorToken, actorTokenType: 'saml2' }),
    await broker.post('/v1/explain', token, { actorToken, actorTokenType: 'saml2' }),
    await exchange({ actor_token: actorToken, actor_token_type: `${TYPE}saml2` }),
  ]
  expect(responses.map(({ status }) => status)).toEqual([200, 200, 200])
  for (const record of broker.audit.slice(-3))
    expect(record).toMatchObject({
      subject: 'alice',
      actor: { issuer: saml.url, subject: 'agent' },
      rule: 'actors',
    })
})

it('the subject may be that of a SAML response, and the actor that of a JWT', async () => {
  const fields = { token: saml.response(), tokenType: 'saml2' }
  const actorToken = await broker.token({ sub: 'agent' })
  const { status } = await broker.post('/v1/credentials', undefined, { ...fields, actorToken })
  expect(status).toBe(200)
  expect(broker.audit.at(-1)).toMatchObject({
    issuer: saml.url,
    actor: { issuer: broker.issuer.url, subject: 'agent' },
  })
})

it.each([
  ['is not sent as one', {}, 'invalid_token'],
  ['is of an unknown issuer', { issuer: 'https://other.example/metadata' }, 'issuer_untrusted'],
  ['is for another audience', { audience: 'other' }, 'access_denied'],
  ['is too old', { issuedAtMs: Date.now() - 3_600_000 }, 'token_expired'],
])('a SAML response is refused where it %s', async (about, content, code) => {
  const type = about === 'is not sent as one' ? {} : { actorTokenType: 'saml2' }
  const fields = { actorToken: saml.response(content), ...type }
  const { body } = await broker.post('/v1/credentials', await broker.token(), fields)
  expect(JSON.parse(body).code).toBe(code)
  expect(broker.audit.at(-1)).not.toHaveProperty('actor')
})

it('a SAML attribute named act makes nobody an actor', async () => {
  const token = saml.response({ attributes: { act: ['agent'] } })
  const { body } = await broker.post('/v1/credentials', undefined, { token, tokenType: 'saml2' })
  expect(JSON.parse(body).code).toBe('invalid_token')
})

it('an actor token that is bound to a key is refused with the reason', async () => {
  const actorToken = await broker.token({ cnf: { jkt: 'A'.repeat(43) } })
  const { body } = await broker.post('/v1/credentials', await broker.token(), { actorToken })
  expect(JSON.parse(body)).toMatchObject({
    code: 'invalid_token',
    detail: expect.stringContaining('The actor token is bound to a key (cnf.jkt)'),
  })
})

const TYPE = 'urn:ietf:params:oauth:token-type:'

async function exchange(fields: Readonly<Record<string, string>>) {
  return broker.postForm('/v1/token', {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: await broker.token(),
    subject_token_type: `${TYPE}id_token`,
    ...fields,
  })
}
