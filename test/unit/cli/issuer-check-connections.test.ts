/** `token-broker issuer check`: certificates, clocks, addresses and proxies of a connection. */
import { describe, expect, it } from 'vitest'
import {
  createAuthority,
  createExpiredCertificate,
  startTlsServer,
} from '../../fixtures/certificates.ts'
import { startProxy } from '../../fixtures/connect-proxy.ts'
import { closeAfterTests } from '../../fixtures/index.ts'
import { failuresOf, startIssuerCheckBench } from './issuer-check-bench.ts'
import { runCli } from './run-cli.ts'
import { createTenantFolder } from './tenant-folder.ts'

const { issuer, check, publish } = await startIssuerCheckBench()

describe('connection', () => {
  const serve = async (options: { cert: string; key: string }) => {
    const server = await startTlsServer(options, (request, response) => {
      const isKeys = request.url?.endsWith('/jwks')
      const document = { issuer: server.url, jwks_uri: `${server.url}/jwks` }
      response.end(JSON.stringify(isKeys ? { keys: [issuer.publicJwk] } : document))
    })
    closeAfterTests(server)
    return server.url
  }

  it('with an expired certificate', async () => {
    const checked = await check(await serve(createExpiredCertificate()))
    expect(checked.checks[1]).toMatchObject({
      ...{ check: 'TLS certificate', status: 'failed' },
      message: expect.stringMatching(/^expired 2[45] h ago, on .*; issued by expired$/),
      fix: 'renew the certificate of the server',
    })
  })

  it('with a certificate of an own authority, which a document may name', async () => {
    const authority = createAuthority('corp')
    const url = await serve(authority.issue('id'))
    const refused = await check(url)
    expect(failuresOf(refused).join('\n')).toContain('UNABLE_TO_VERIFY_LEAF_SIGNATURE')
    expect(refused.checks[1]?.fix).toContain('write its root in the ca of the issuer')
    const acme = await createTenantFolder(
      {},
      {
        issuers: [{ issuer: url, audiences: ['demo'], ca: authority.cert }],
      },
    )
    const { code, checks } = await check(url, '--tenants', acme.directory)
    expect([code, failuresOf({ checks })]).toEqual([0, []])
    expect(checks).toContainEqual(
      expect.objectContaining({
        ...{ check: 'TLS certificate', status: 'warning' },
        message: expect.stringContaining('issued by corp'),
      }),
    )
  })

  it('whose clock differs', async () => {
    publish((path, response) => {
      response.setHeader('date', new Date(Date.now() + 120_000).toUTCString())
      const isKeys = path.endsWith('/jwks')
      const document = { issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` }
      response.end(JSON.stringify(isKeys ? { keys: [issuer.publicJwk] } : document))
    })
    const checked = await check(issuer.url)
    expect(failuresOf(checked)[0]).toMatch(/^clock: that of .* is 1(19|20|21) s ahead, and tokens/)
  })

  it('to nothing', async () => {
    const checked = await check('http://127.0.0.1:9')
    expect(failuresOf(checked)[0]).toContain('cannot be reached (ECONNREFUSED)')
  })

  it('to a host that does not exist, or in a private network', async () => {
    expect(failuresOf(await check('https://id.invalid'))[0]).toContain('id.invalid is not found')
    const [first, ...others] = (await check('https://10.0.0.1')).checks
    expect(first).toMatchObject({
      ...{ check: 'address', status: 'failed' },
      message: expect.stringContaining('is at the private address 10.0.0.1'),
      fix: expect.stringContaining('--private-issuer-hosts'),
    })
    expect(others.at(-1)?.message).toContain('10.0.0.1')
  })

  it('to no address that the broker would not call', async () => {
    publish({})
    const before = issuer.requests.length
    for (const url of [issuer.url, issuer.url.replace('127.0.0.1', 'localhost')]) {
      const { code, stdout } = await runCli(['issuer', 'check', url])
      expect(code).toBe(3)
      expect(stdout).toMatch(/^failed +address +\S+ is at the loopback address (127|::1)/m)
    }
    expect(issuer.requests.length).toBe(before)
  })

  it('through a proxy', async () => {
    publish({})
    const proxy = await startProxy({})
    closeAfterTests(proxy)
    const { stdout } = await runCli(['issuer', 'check', 'https://id.corp.example'], '', {
      PATH: process.env.PATH,
      HTTPS_PROXY: proxy.url.replace('://', '://user:password-canary@'),
    })
    expect(stdout).toContain(`skipped  address          the proxy ${proxy.url} looks up`)
    expect(stdout).not.toContain('canary')
    expect(proxy.used).toContain('CONNECT id.corp.example:443')
  })
})
