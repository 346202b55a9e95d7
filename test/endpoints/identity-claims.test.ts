/** Issuers whose tokens name the caller, the audience, the app or themselves in unusual claims. */

import { decodeJwt } from 'jose'
import { expect, it } from 'vitest'
import { digestOf } from '../../packages/core/src/model/digest.ts'
import { startTestBroker, type TestBroker, tenantDocument } from '../fixtures/index.ts'

const { issuer, sts } = await startTestBroker()
const SHARED = { audience: 'acme-app' }

it('two tenants of one issuer know its callers by different claims', async () => {
  const broker = await startBrokerOf(
    tenantDocument('acme', issuer.url, { ...SHARED, member: 'claims.org == "acme"' }),
    tenantDocument('beta', issuer.url, {
      ...{ ...SHARED, member: 'claims.org in ["acme", "beta"]' },
      issuerMember: 'subject: claims.oid',
    }),
  )
  const sessionOf = async (claims: object, tenant: string) => {
    const { body } = await ask(broker, await issuer.token({ org: 'acme', ...claims }), tenant)
    expect(JSON.parse(body).tenant).toBe(tenant)
    const call = sts.calls.at(-1)
    const { sub } = decodeJwt(call?.get('WebIdentityToken') ?? '')
    return { name: call?.get('RoleSessionName'), sub, subject: broker.audit.at(-1)?.subject }
  }
  const oid = await sessionOf({ oid: 'o-1' }, 'beta')
  expect(oid.subject).toBe('o-1')
  expect(oid.sub).toBe(`beta/read/${digestOf(issuer.url, 'o-1')}`)
  // Another subject of the same caller gives the same session, and another oid gives another one.
  expect(await sessionOf({ oid: 'o-1' }, 'beta')).toEqual(oid)
  const second = await sessionOf({ oid: 'o-2' }, 'beta')
  expect(second.name).not.toBe(oid.name)
  expect(second.sub).not.toBe(oid.sub)
  const sub = await sessionOf({ oid: 'o-1' }, 'acme')
  expect(sub).toMatchObject({
    ...{ subject: 'alice', sub: `acme/read/${digestOf(issuer.url, 'alice')}` },
  })
})

it('a caller is the same one under any sub where another claim identifies it', async () => {
  const document = tenantDocument('acme', issuer.url, { issuerMember: 'subject: claims.user.id' })
    .replace('from: claims.sub', 'from: claims.user.id')
    .replace('sessionName: ', 'sourceIdentity: s-{{user}}\n    sessionName: ')
  const broker = await startBrokerOf(document)
  const seen = new Set<string>()
  for (const sub of ['alice', '', undefined, 7, null, 'bob']) {
    const response = await ask(broker, await issuer.token({ sub, user: { id: 'u-1' } }))
    expect(response.status).toBe(200)
    const call = sts.calls.at(-1)
    const minted = decodeJwt(call?.get('WebIdentityToken') ?? '')
    const source = minted['https://aws.amazon.com/source_identity']
    seen.add(JSON.stringify([call?.get('RoleSessionName'), minted.sub, source]))
    expect(broker.audit.at(-1)?.subject).toBe('u-1')
  }
  expect(seen.size).toBe(1)
  const { body } = await broker.postForm('/sts', {
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: 'arn:aws:iam::111122223333:role/acme-app',
    RoleSessionName: 'mine',
    WebIdentityToken: await issuer.token({ user: { id: 'u-1' } }),
  })
  expect(body).toContain('<SubjectFromWebIdentityToken>u-1</SubjectFromWebIdentityToken>')
})

it.each([[undefined], [''], [7], [null], [['u-1']], [{ id: 'u-1' }]])(
  'a token whose own claim for the subject is %o is refused, and nothing falls back to sub',
  async (oid) => {
    const broker = await startBrokerOf(
      tenantDocument('acme', issuer.url, { issuerMember: 'subject: claims.oid' }),
    )
    const { status, body } = await ask(broker, await issuer.token({ oid }))
    expect([status, JSON.parse(body).code]).toEqual([401, 'invalid_token'])
    const { subject, reason } = broker.audit.at(-1) ?? {}
    expect(subject).toBeUndefined()
    expect(reason).toContain('expected oid with 1 or more characters, found ')
  },
)

it.each([
  ['in a token without aud', { aud: undefined, client_id: 'acme-app' }, 'acme'],
  ['of another app', { aud: undefined, client_id: 'other' }, 'access_denied'],
  ['that is absent, too', { aud: undefined }, 'access_denied'],
  ['as a list', { aud: undefined, client_id: ['acme-app'] }, 'invalid_token'],
  ['beside another aud', { aud: 'other', client_id: 'acme-app' }, 'access_denied'],
  ['beside an empty aud', { aud: '', client_id: 'acme-app' }, 'access_denied'],
  ['beside an empty list', { aud: [], client_id: 'acme-app' }, 'access_denied'],
  ['beside an aud that is null', { aud: null, client_id: 'acme-app' }, 'invalid_token'],
])('client_id in place of aud: %s', async (_, claims, expected) => {
  const issuerMember = 'audienceFallback: client_id'
  const broker = await startBrokerOf(tenantDocument('acme', issuer.url, { issuerMember }))
  expect(await outcomeOf(broker, claims)).toBe(expected)
  // Without the setting, it never takes the place of aud.
  const plain = await startBrokerOf(tenantDocument('acme', issuer.url))
  expect(await outcomeOf(plain, claims)).toBe(expected === 'acme' ? 'access_denied' : expected)
})

it.each([
  ['appid', { appid: 'desk' }, 'acme'],
  ['appid', { appid: 'other', azp: 'desk', client_id: 'desk', cid: 'desk' }, 'access_denied'],
  ['appid', { azp: 'desk' }, 'access_denied'],
  ['appid', { appid: 'desk', azp: 'other' }, 'acme'],
  ['cid', { cid: 'desk' }, 'acme'],
  ['cid', { cid: ['desk'] }, 'invalid_token'],
  ['client_id', { client_id: 'desk', azp: 'other' }, 'acme'],
  ['azp', { client_id: 'desk' }, 'access_denied'],
])('the authorized party by %s alone: %o', async (claim, claims, expected) => {
  const issuerMember = `authorizedPartyClaim: ${claim}\n    authorizedParties: [desk]`
  const broker = await startBrokerOf(tenantDocument('acme', issuer.url, { issuerMember }))
  expect(await outcomeOf(broker, claims)).toBe(expected)
})

it('several audiences need no authorized party where any is accepted', async () => {
  const issuerMember = 'authorizedParties: any'
  const broker = await startBrokerOf(tenantDocument('acme', issuer.url, { issuerMember }))
  expect(await outcomeOf(broker, { aud: ['acme-app', 'vault'] })).toBe('acme')
  expect(await outcomeOf(broker, { aud: ['vault', 'acme-app'], azp: 'stranger' })).toBe('acme')
  expect(await outcomeOf(broker, { aud: ['vault', 'other'] })).toBe('access_denied')
  expect(await outcomeOf(broker, { aud: ['acme-app', 5] })).toBe('invalid_token')
})

it.each([
  'http://adfs.acme.example/adfs/services/trust',
  'kubernetes/serviceaccount',
  'Zürich <&>"',
])('an issuer named %s, whose keys are configured', async (name) => {
  const keys = JSON.stringify([issuer.publicJwk])
  const documentFor = (verify: string) =>
    tenantDocument('acme', JSON.stringify(name), {
      issuerMember: `verify: { kind: jwt, ${verify} }`,
    }).replace('sessionName:', `sourceIdentity: '{{user}}'\n    sessionName:`)
  for (const verify of [`keys: ${keys}`, `jwksUri: '${issuer.url}/jwks'`]) {
    const broker = await startBrokerOf(documentFor(verify))
    expect(await outcomeOf(broker, { iss: name })).toBe('acme')
    expect(broker.audit.at(-1)).toMatchObject({ issuer: name, subject: 'alice' })
    const minted = decodeJwt(sts.calls.at(-1)?.get('WebIdentityToken') ?? '')
    expect(minted.sub).toBe(`acme/read/${digestOf(name, 'alice')}`)
    for (const other of [`${name}/`, name.toUpperCase(), ` ${name}`, name.slice(0, -1)])
      expect(await outcomeOf(broker, { iss: other })).toBe('issuer_untrusted')
  }
})

it('a key set is fetched over real HTTP as Kubernetes serves it', async () => {
  issuer.respondWith((path, response) => {
    const accepted = path === '/jwks' ? 'application/jwk-set+json' : 'application/json'
    const isAccepted = response.req.headers.accept?.includes(accepted)
    const document =
      path === '/jwks'
        ? { keys: [issuer.publicJwk] }
        : { issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` }
    response.writeHead(isAccepted ? 200 : 406, { 'content-type': accepted })
    response.end(`\uFEFF${JSON.stringify(document)}`)
  })
  const broker = await startBrokerOf(tenantDocument('acme', issuer.url))
  expect(await outcomeOf(broker, {})).toBe('acme')
  issuer.respondWith(undefined)
})

function startBrokerOf(...documents: string[]): Promise<TestBroker> {
  return startTestBroker({ documents, issuer, sts })
}

function ask(broker: TestBroker, token: string, tenant?: string) {
  return broker.post('/v1/credentials', token, { tenant })
}

/** @returns the tenant that issued credentials, or the code of the refusal */
async function outcomeOf(broker: TestBroker, claims: object): Promise<string> {
  const { body } = await ask(broker, await issuer.token(claims))
  const json = JSON.parse(body)
  return json.tenant ?? json.code
}
