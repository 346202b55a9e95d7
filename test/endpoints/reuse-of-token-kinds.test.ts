/** Reuse of sessions for opaque tokens and SAML: each is verified, and only STS is spared. */
import { describe, expect, it } from 'vitest'
import { startAssertionIssuer } from '../fixtures/assertion-issuer.ts'
import { closeAfterTests, tenantDocument } from '../fixtures/index.ts'
import { OPAQUE_KINDS, PROVIDER_SECRET } from '../fixtures/opaque-kinds.ts'
import { accessKeyOf, type ReuseBroker, startReuseBroker } from './reuse-broker.ts'

interface Kind {
  readonly document: string
  /** A new token of the user. */
  token(user?: string): string
  /** One that must be refused. */
  readonly wrong: () => string
  /** More members of the request's body. */
  readonly body: object
}

const OPAQUE = OPAQUE_KINDS.map(
  ({ kind, start }) =>
    [
      kind,
      async (): Promise<Kind> => {
        const { document, token, expired } = await closeAfterTests(start())
        const { issuer, ...fields } = document
        const issuerMember = Object.entries(fields)
          .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
          .join('\n    ')
        return {
          document: tenantDocument('acme', issuer, { issuerMember }).replace(AUDIENCES, ''),
          ...{ token, wrong: expired, body: { tenant: 'acme' } },
        }
      },
    ] as const,
)
const AUDIENCES = /^ +audiences: \[acme-app\]\n/m

async function saml(): Promise<Kind> {
  const issuer = await closeAfterTests(startAssertionIssuer())
  return {
    document: issuer.document('acme'),
    token: (user = 'alice') => issuer.response({ nameId: user }),
    wrong: () => issuer.response({ audience: 'other-app' }),
    body: { tokenType: 'saml2' },
  }
}

describe.each([...OPAQUE, ['saml', saml] as const])('%s', (_kind, start) => {
  it('gets the same session for another token of the user, which was verified', async () => {
    const { kind, broker, ask } = await startKind(start)
    const first = await ask(kind.token())
    const second = await ask(kind.token())
    expect([first.status, second.status]).toEqual([200, 200])
    expect(second.credentials).toEqual(first.credentials)
    expect(broker.sts.calls).toHaveLength(1)
    const [issued, reused] = broker.audit
    expect(reused).toMatchObject({ outcome: 'issued', reusedFrom: issued?.requestId })
    expect(reused?.subjectTokenSha256).not.toBe(issued?.subjectTokenSha256)
    expect(reused?.durationsMs).toHaveProperty('verify')
  })

  it('gets none for a token that is refused', async () => {
    const { kind, broker, ask } = await startKind(start)
    await ask(kind.token())
    expect([401, 403]).toContain((await ask(kind.wrong())).status)
    expect(broker.audit[1]).toMatchObject({ outcome: 'refused' })
    expect(broker.audit[1]).not.toHaveProperty('reusedFrom')
  })

  it('gets none of another user', async () => {
    const { kind, ask } = await startKind(start)
    await ask(kind.token())
    expect((await ask(kind.token('bob'))).accessKeyId).toBe(accessKeyOf(2))
  })
})

async function startKind(start: () => Promise<Kind>) {
  const kind = await start()
  const document = kind.document.replace(/^( +)sessionName: .*$/m, '$&\n$1reuse: 5m')
  const broker: ReuseBroker = await startReuseBroker({
    documents: [document],
    environment: { BROKER_SECRET_IDP_CLIENT: PROVIDER_SECRET },
  })
  // The token is in the body, in which all kinds may be sent.
  const ask = (token: string) =>
    broker
      .send({
        ...{ method: 'POST', path: '/v1/credentials' },
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(JSON.stringify({ ...kind.body, token, grant: 'read' })),
      })
      .then(({ status, body }) => {
        const { credentials } = JSON.parse(body)
        return { status, credentials, accessKeyId: credentials?.accessKeyId }
      })
  return { kind, broker, ask }
}
