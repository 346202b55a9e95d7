/** Candidates and callers with several tokens, opaque tokens and identities of pools. */
import { expect, it } from 'vitest'
import { startPoolBroker } from '../fixtures/pool-broker.ts'
import { POOL_ID } from '../fixtures/pool-document.ts'
import { startDelegatedBroker } from './delegated-broker.ts'
import { startOpaqueBroker } from './opaque-broker.ts'

type Change = (document: string) => string

/** The first document is that of the tenant that is called. */
const ofFirst = (change: Change) => ({
  candidates: ([first = '']: readonly string[]) => {
    const changed = change(first)
    expect(changed).not.toBe(first)
    return [changed]
  },
})

const replacing =
  (from: string, to: string): Change =>
  (document) =>
    document.replace(from, to)

it.each([
  ['rules', replacing('everybody reads', 'all read'), { result: 'differs', differences: ['rule'] }],
  ['an audience', replacing('audiences: [acme-app]', 'audiences: [x]'), { result: 'loses' }],
  ['a client', replacing('clientId: acme-broker', 'clientId: other'), { result: 'undecided' }],
  [
    'an issuer',
    (text: string) => text.replace(/issuer: http\S+/, 'issuer: https://x.example'),
    { result: 'loses' },
  ],
])('decides about opaque tokens by a candidate with other %s', async (_, change, expected) => {
  const broker = await startOpaqueBroker(ofFirst(change))
  await broker.post('/v1/credentials', broker.idp.token(), { tenant: 'acme', grant: 'read' })
  expect(broker.audit.at(-1)).toMatchObject({ outcome: 'issued', candidate: expected })
})

it.each([
  ['rules', replacing('["agent", "agent-2"]', '["agent-2"]'), { result: 'loses' }],
  [
    'tags',
    replacing("sessionTags: { user: '{{user}}', ", 'sessionTags: { '),
    { result: 'differs', differences: ['sessionTags'] },
  ],
  [
    'issuers',
    replacing('customer == "acme"', 'customer == "beta"'),
    { result: 'differs', differences: ['x'] },
  ],
])(
  'decides about an actor in the token by a candidate with other %s',
  async (what, change, expected) => {
    const { broker, users, endpoints } = await startDelegatedBroker(ofFirst(change))
    const claims = { aud: 'acme-app', region: 'eu', act: { sub: 'agent' } }
    await endpoints.native?.({ subject: await users.token(claims) })
    // Who else may act does not concern this actor.
    const same = what === 'issuers' ? { result: 'same' } : expected
    expect(broker.audit.at(-1)).toMatchObject({ outcome: 'issued', candidate: same })
  },
)

it.each([
  [
    'rules',
    replacing('actor.claims.region == claims.region', 'actor.subject == "x"'),
    { result: 'loses' },
  ],
  ['issuers', replacing('customer == "acme"', 'customer == "beta"'), { result: 'undecided' }],
])('decides about an actor token by a candidate with other %s', async (_, change, expected) => {
  const { broker, users, partner, endpoints } = await startDelegatedBroker(ofFirst(change))
  const subject = await users.token({ aud: 'acme-app', region: 'eu' })
  const of = { sub: 'courier', aud: 'acme-partners', customer: 'acme', region: 'eu' }
  await endpoints.native?.({ subject, actor: await partner.token(of) })
  expect(broker.audit.at(-1)).toMatchObject({ outcome: 'issued', candidate: expected })
})

const POOL_CASES: readonly [string, Change, object, object][] = [
  [
    'rules',
    replacing('"grant":"player"', '"grant":"admin"'),
    { result: 'differs' },
    { result: 'same' },
  ],
  [
    'grants of guests',
    replacing('"duration":"15m"', '"duration":"20m"'),
    { result: 'same' },
    { result: 'differs' },
  ],
  [
    'guests',
    (text) => text.replace(/,"guests":\{[^}]*\}/, ''),
    { result: 'same' },
    { result: 'loses' },
  ],
  [
    'pools',
    (text) => text.replace(/,"identityPools":\[.*\]/, ''),
    { result: 'loses' },
    { result: 'loses' },
  ],
  [
    'ids',
    replacing('"secret":"pool"', '"secret":"other"'),
    { result: 'undecided' },
    { result: 'undecided' },
  ],
]

it.each(POOL_CASES)(
  'decides about users and guests of a pool by a candidate with other %s',
  async (_, change, ofUser, ofGuest) => {
    const broker = await startPoolBroker({}, ofFirst(change))
    const credentials = async (body: object) => {
      const { json } = await broker.call('GetId', { IdentityPoolId: POOL_ID, ...body })
      // Only who the caller is was decided, and nothing about a grant.
      expect(broker.audit.at(-1)).not.toHaveProperty('candidate')
      const { status } = await broker.call('GetCredentialsForIdentity', {
        IdentityId: json.IdentityId,
        ...body,
      })
      expect(status).toBe(200)
      return broker.audit.at(-1)?.candidate
    }
    expect(await credentials({ Logins: await broker.login() })).toMatchObject(ofUser)
    expect(await credentials({})).toMatchObject(ofGuest)
  },
)

it('asks no candidate about a caller whose login is refused', async () => {
  const broker = await startPoolBroker(
    {},
    ofFirst(replacing('"duration":"15m"', '"duration":"20m"')),
  )
  const Logins = await broker.login('alice', { aud: 'other' })
  const { status } = await broker.call('GetId', { IdentityPoolId: POOL_ID, Logins })
  expect(status).toBe(400)
  const { json } = await broker.call('GetId', { IdentityPoolId: POOL_ID })
  const refused = { IdentityId: json.IdentityId, Logins }
  expect((await broker.call('GetCredentialsForIdentity', refused)).status).toBe(400)
  expect(broker.audit.at(-1)).toMatchObject({ tenant: 'game', outcome: 'refused' })
  expect(broker.audit.at(-1)).not.toHaveProperty('candidate')
})
