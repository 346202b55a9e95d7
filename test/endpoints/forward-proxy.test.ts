/** A forward proxy: used by the local runtime and the command line, and never by a function. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { nodeListener } from '../../packages/local/src/node-http.ts'
import { runProgram } from '../compat/run-program.ts'
import { createAuthority, startTlsServer } from '../fixtures/certificates.ts'
import { startProxy } from '../fixtures/connect-proxy.ts'
import {
  closeAfterTests,
  makeTemporaryFolder,
  SECRET_ACCESS_KEY,
  startTestBroker,
} from '../fixtures/index.ts'

const authority = createAuthority('corp-root')
const HOST = 'id.corp.example'

it('is used for keys and for opaque tokens, with the roots of the document', async () => {
  const { proxy, ask } = await startBehindProxy({})
  expect(await ask('jwt')).toContain('keys of https://id.corp.example that fit "RS256", found 0')
  expect(await ask('webhook')).toBe('issued')
  expect(new Set(proxy.used)).toEqual(new Set([`CONNECT ${HOST}:443`]))
})

it.each([
  ['the host is in NO_PROXY', { NO_PROXY: `other.example,${HOST}` }],
  ['its domain is in NO_PROXY', { NO_PROXY: '.corp.example' }],
  ['the broker is deployed', { BROKER_LOCAL: undefined, BROKER_STS_ENDPOINT: undefined }],
])('is not used where %s', async (_what, environment) => {
  const { proxy, ask } = await startBehindProxy(environment)
  for (const kind of ['jwt', 'webhook'] as const)
    expect(await ask(kind)).toMatch(/^issuer_unavailable .*(ENOTFOUND|EAI_AGAIN)/)
  expect(proxy.used).toEqual([])
})

it('does not hide an address that is not called', async () => {
  const { proxy, ask } = await startBehindProxy({}, '10.0.0.5')
  for (const kind of ['jwt', 'webhook'] as const)
    expect(await ask(kind)).toContain('is at the private address 10.0.0.5, which is not called')
  expect(proxy.used).toEqual([])
})

it('is used by the command line, for the broker', async () => {
  const broker = await startTestBroker()
  const { url } = await closeAfterTests(
    startTlsServer(authority.issue('broker'), nodeListener(broker.app)),
  )
  const proxy = await closeAfterTests(startProxy({ 'id.corp.example': Number(new URL(url).port) }))
  const folder = makeTemporaryFolder()
  const [token, roots] = ['token', 'roots.pem'].map((name) => path.join(folder, name))
  writeFileSync(token ?? '', await broker.token())
  writeFileSync(roots ?? '', authority.cert)
  const args = ['credential-process', '--no-cache', '--endpoint', `https://${HOST}`]
  const run = (env: Record<string, string>) =>
    runProgram(process.execPath, [CLI, ...args, '--token-file', token ?? ''], {
      env: { HOME: folder, NODE_EXTRA_CA_CERTS: roots ?? '', ...env },
    })
  const { stdout, stderr } = await run({ https_proxy: proxy.url })
  expect([JSON.parse(stdout || '{}').SecretAccessKey, stderr]).toEqual([SECRET_ACCESS_KEY, ''])
  expect(proxy.used).toEqual([`CONNECT ${HOST}:443`])
  expect((await run({ HTTPS_PROXY: proxy.url, NO_PROXY: HOST })).status).not.toBe(0)
  expect(proxy.used).toHaveLength(1)
})

const CLI = path.join(import.meta.dirname, '../../packages/cli/src/main.ts')

async function startBehindProxy(environment: object, host = HOST) {
  const server = authority.issue('server')
  const { url } = await closeAfterTests(
    startTlsServer(server, (request, response) => {
      request.resume()
      const body =
        request.url === '/webhook'
          ? { user: 'alice', maxValiditySeconds: 3600, claims: {} }
          : { keys: [] }
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
    }),
  )
  const proxy = await closeAfterTests(startProxy({ [host]: Number(new URL(url).port) }))
  const origin = `https://${host}`
  const issuers = {
    jwt: { issuer: origin, verify: { kind: 'jwt', jwksUri: `${origin}/jwks` } },
    webhook: {
      issuer: 'hook',
      verify: { kind: 'webhook', url: `${origin}/webhook`, secret: 'hook' },
    },
  }
  const role = 'arn:aws:iam::111122223333:role/acme'
  const broker = await startTestBroker({
    documents: Object.entries(issuers).map(([tenant, issuer]) =>
      JSON.stringify({
        tenant,
        issuers: [{ ...issuer, audiences: ['app'], ca: authority.cert }],
        rules: [{ name: 'all', grant: 'read' }],
        grants: {
          read: {
            role,
            policy: [{ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }],
          },
        },
      }),
    ),
    environment: {
      BROKER_SECRET_HOOK: 'secret'.repeat(6),
      HTTPS_PROXY: proxy.url,
      BROKER_ISSUER: 'https://broker.example',
      ...environment,
    },
  })
  const jwt = await broker.issuer.token({ iss: origin, aud: 'app' })
  const ask = async (kind: keyof typeof issuers) => {
    await broker.post('/v1/credentials', kind === 'jwt' ? jwt : 'opaque', { tenant: kind })
    const { outcome, code, reason } = broker.audit.at(-1) ?? {}
    return outcome === 'issued' ? outcome : `${code} ${reason}`
  }
  return { proxy, ask }
}
