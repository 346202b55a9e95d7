/** Every kind of opaque issuer at each endpoint: what is issued, and what is refused how. */
import { describe, expect, it } from 'vitest'
import { closeAfterTests, startTestBroker, tenantDocument } from '../fixtures/index.ts'
import {
  OPAQUE_KINDS,
  type OpaqueKind,
  PROVIDER_SECRET,
  type StartedKind,
} from '../fixtures/opaque-kinds.ts'
import { endpointsOf } from './opaque-broker.ts'

describe.each(OPAQUE_KINDS)('$kind', async (kind) => {
  const { provider, broker } = await startKind(kind)
  const { audit, auditText, errorText } = broker
  const endpoints = Object.entries(endpointsOf(broker))
  const [, native] = endpoints[0] ?? []
  if (!native) throw new Error('there is no endpoint')

  describe.each(endpoints)('at the endpoint %s', (name, send) => {
    const resultOf = async (token: string, wanted?: Parameters<typeof send>[1]) => {
      const { status, body } = await send(token, wanted)
      return { status, body, record: audit.at(-1) }
    }

    it('issues credentials to the user, whether or not the issuer is named', async () => {
      for (const wanted of [undefined, { issuer: provider.document.issuer }]) {
        const { status, record } = await resultOf(provider.token('bob'), wanted)
        expect([status, record]).toMatchObject([200, { outcome: 'issued', subject: 'bob' }])
        expect(record?.issuer).toBe(provider.document.issuer)
      }
    })

    it('refuses the token of another application', async () => {
      const token = provider.otherApplication?.()
      if (token === undefined) return expect(kind.otherApplication).toBeUndefined()
      const { status, record } = await resultOf(token)
      expect(record).toMatchObject({ code: kind.otherApplication, outcome: 'refused' })
      return expect(status).not.toBe(200)
    })

    it('refuses what has expired, what is unknown, and what another issuer issued', async () => {
      const { record: expired } = await resultOf(provider.expired())
      expect(expired).toMatchObject({ code: 'token_expired', outcome: 'refused' })
      for (const token of ['unknown', provider.otherIssuer?.() ?? 'unknown']) {
        const { record } = await resultOf(token)
        expect(record).toMatchObject({ code: 'invalid_token', outcome: 'refused' })
      }
    })

    it('refuses a hostile subject, and never uses it', async () => {
      for (const subject of ['a*', '../a', '${aws:username}']) {
        const { record } = await resultOf(provider.token(subject))
        expect(record).toMatchObject({ code: 'claim_unusable', outcome: 'refused' })
      }
    })

    it.each([
      [500, 'issuer_unavailable'],
      [302, 'issuer_unavailable'],
      [429, 'throttled'],
    ])('issues nothing where the issuer responds with %i', async (status, code) => {
      const token = provider.token()
      provider.respondWith((response) =>
        response.writeHead(status, { location: '/' }).end('upstream words'),
      )
      const { record, body } = await resultOf(token).finally(() => provider.respondWith(undefined))
      expect(record).toMatchObject({ code, issuer: provider.document.issuer })
      expect(body).not.toContain('upstream words')
    })

    if (provider.rotateSecret)
      it('issues nothing without the secret', async () => {
        const without = await startTestBroker({ documents: [documentOf('acme', provider)] })
        const sendThere = endpointsOf(without)[name]
        await sendThere?.(provider.token())
        expect(without.audit.at(-1)).toMatchObject({ code: 'config_invalid', outcome: 'error' })
        expect(without.audit.at(-1)?.reason).toContain('idp-client')
      })
  })

  it('shows in the trace how the issuer was asked', async () => {
    const { body } = await broker.post('/v1/explain', undefined, {
      ...{ token: provider.token(), tenant: 'acme' },
    })
    const { outcome, trace } = JSON.parse(body)
    expect(outcome).toBe('would-issue')
    expect(trace[0].expected).toContain(`${kind.kind.split(' ')[0]} (`)
  })

  it('gives no tenant what the issuer said to another', async () => {
    const token = provider.token()
    const isAsked = async (tenant: string) => {
      const before = provider.countCalls()
      const { status } = await native(token, { tenant })
      return [status === 200, provider.countCalls() > before]
    }
    expect(await isAsked('acme')).toEqual([true, true])
    expect(await isAsked('acme')).toEqual([true, false])
    expect(await isAsked('beta')).toEqual([true, true])
    // Its document accepts another application only.
    const [isIssued] = await isAsked('gamma')
    expect(isIssued).toBe(kind.kind === 'userinfo of a single application')
  })

  it('writes neither tokens nor the secret to a response or a log', async () => {
    const bodies: string[] = []
    for (const [, send] of endpoints)
      for (const token of [
        ...[provider.token(), provider.token('a*'), provider.expired(), 'unknown-canary'],
        ...[provider.otherApplication?.() ?? 'other-canary'],
      ]) {
        bodies.push((await send(token)).body)
        provider.respondWith((response) => response.writeHead(500).end(token))
        bodies.push((await send(token)).body)
        provider.respondWith(undefined)
      }
    const texts = [...bodies, ...auditText, ...errorText].join('\n')
    const encoded = Buffer.from(PROVIDER_SECRET).toString('base64').slice(4, -4)
    expect(texts).not.toContain('-canary')
    expect(texts).not.toContain(encoded)
    expect(texts).not.toContain(encodeURIComponent('|'))
  })
})

async function startKind({ start }: OpaqueKind) {
  const provider = await closeAfterTests(start())
  const broker = await startTestBroker({
    documents: [
      documentOf('acme', provider),
      documentOf('beta', provider),
      documentOf('gamma', provider, 'gamma-app'),
    ],
    environment: { BROKER_SECRET_IDP_CLIENT: PROVIDER_SECRET },
  })
  return { provider, broker }
}

function documentOf(
  tenant: string,
  { document }: Pick<StartedKind, 'document'>,
  application = 'acme-app',
): string {
  const { issuer, ...fields } = document
  const members = Object.entries(fields).map(
    ([name, value]) =>
      `${name}: ${JSON.stringify(value).replaceAll('"acme-app"', JSON.stringify(application))}`,
  )
  const audiences = /^ +audiences: \[\S+-app\]\n/m
  const issuerMember = members.join('\n    ')
  return tenantDocument(tenant, issuer, { issuerMember }).replace(audiences, '')
}
