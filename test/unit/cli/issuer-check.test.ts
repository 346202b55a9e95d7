/** `token-broker issuer check`: what issuers publish, and what the broker would accept of it. */
import { generateKeyPairSync } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { afterAll, describe, expect, it } from 'vitest'
import {
  createAuthority,
  createExpiredCertificate,
  startTlsServer,
} from '../../fixtures/certificates.ts'
import { startProxy } from '../../fixtures/connect-proxy.ts'
import { closeAfterTests, startIssuer } from '../../fixtures/index.ts'
import { runCli } from './run-cli.ts'
import { createTenantFolder } from './tenant-folder.ts'

const issuer = await startIssuer()
afterAll(() => issuer.close())
const folder = await createTenantFolder()
const LOCAL = '--allow-loopback-http'

interface Checked {
  readonly code: number | null
  readonly checks: readonly { check: string; status: string; message: string; fix?: string }[]
  readonly keys: readonly object[]
  readonly block: string
}

async function check(url: string, ...options: readonly string[]): Promise<Checked> {
  const { code, stdout, stderr } = await runCli([
    ...['issuer', 'check', url, LOCAL, '--format', 'json'],
    ...options,
  ])
  expect(stderr).toBe('')
  return { code, ...JSON.parse(stdout) }
}

const failures = ({ checks }: Checked) =>
  checks.filter(({ status }) => status === 'failed').map((one) => `${one.check}: ${one.message}`)

const rsaKey = (kid: string, modulusLength: number) => ({
  ...generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' }),
  kid,
})
const ecKey = (namedCurve: string, fields: object = {}) => ({
  ...generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'jwk' }),
  ...fields,
})
const edKey = () => generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })

/** Of one test: the issuer responds with these documents. */
async function publish(
  discovery: object | ((path: string, response: ServerResponse) => void),
  keys: readonly unknown[] = [issuer.publicJwk],
): Promise<void> {
  issuer.respondWith((path, response) => {
    if (typeof discovery === 'function') return discovery(path, response)
    const isKeys = path.endsWith('/jwks')
    const document = { issuer: issuer.url, jwks_uri: `${issuer.url}/jwks`, ...discovery }
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify(isKeys ? { keys } : document))
  })
}

it('finds nothing wrong with a good issuer, and says what to write', async () => {
  issuer.respondWith(undefined)
  const { code, stdout } = await runCli(['issuer', 'check', issuer.url, LOCAL])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^ok {7}issuer name +exactly http/m)
  expect(stdout).toMatch(/^ok {7}keys +1 of 1 can verify tokens: key-1 \(RSA 2048: RS256\)$/m)
  expect(stdout).toMatch(/^ok {7}the broker +gets 1 key$/m)
  expect(stdout).toContain(`issuers:\n  - issuer: ${issuer.url}\n    audiences: [YOUR-APP]`)
  expect(stdout).not.toMatch(/failed|warning|algorithms:/)
})

// The built program once found no host by its name.
it('looks up names', async () => {
  const url = issuer.url.replace('127.0.0.1', 'localhost')
  await publish({ issuer: url, jwks_uri: `${url}/jwks` })
  const { code, checks } = await check(url)
  expect(code).toBe(0)
  expect(checks.at(-1)).toEqual({ check: 'the broker', status: 'ok', message: 'gets 1 key' })
})

it('needs a URL', async () => {
  for (const text of ['id.example', 'http://id.example', 'https://id.example/?a', 'ftp://x']) {
    const { code, stderr } = await runCli(['issuer', 'check', text])
    expect([code, stderr]).toEqual([1, expect.stringContaining('URL: expected the issuer')])
  }
})

describe('discovery', () => {
  const asHtml = (_: string, response: ServerResponse) => response.end('<html>')
  it.each<[string, Parameters<typeof publish>[0], string]>([
    [
      'a slash at the end',
      { issuer: `${issuer.url}/` },
      `issuer name: expected ${issuer.url}, found ${issuer.url}/ (a slash at the end differs)`,
    ],
    ['another name', { issuer: 'https://x' }, `expected ${issuer.url}, found https://x`],
    ['no name', { issuer: 1 }, `issuer name: expected ${issuer.url}, found none`],
    ['no keys', { jwks_uri: 1 }, 'jwks_uri: the document has none'],
    ['keys over http', { jwks_uri: 'http://id.example/k' }, 'is not an https URL'],
    ['a page', asHtml, 'is not a JSON object'],
    [
      'a redirect',
      (_, response) => response.writeHead(302, { location: 'https://other.example/' }).end(),
      'redirects to https://other.example/, which is not followed',
    ],
    ['status 404', (_, response) => response.writeHead(404).end(), 'do not exist'],
    ['status 500', (_, response) => response.writeHead(500).end(), 'responds with status 500'],
    [
      'too many bytes',
      (_, response) => response.end('x'.repeat(600_000)),
      'responded with more than 524288 bytes',
    ],
    [
      'a hostile name',
      { issuer: 'https://x\u001b[2J\u202e' },
      `issuer name: expected ${issuer.url}, found https://x`,
    ],
    [
      'keys at a metadata service',
      { jwks_uri: 'https://169.254.169.254/latest' },
      'is at the reserved address 169.254.169.254, which is not called',
    ],
  ])('with %s', async (_, document, message) => {
    await publish(document)
    const checked = await check(issuer.url)
    expect(checked.code).toBe(3)
    expect(failures(checked).join('\n')).toContain(message)
    // The broker's own code refuses everything that fails here.
    expect(failures(checked).at(-1)).toContain('the broker: refuses: ')
    for (const { status, fix } of checked.checks)
      expect(fix === undefined).toBe(status === 'ok' || status === 'skipped')
    const { stdout } = await runCli(['issuer', 'check', issuer.url, LOCAL])
    expect(stdout).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u)
  })

  it('is found by RFC 8414', async () => {
    await publish((path, response) => {
      if (path.includes('openid-configuration')) return response.writeHead(404).end()
      const isKeys = path.endsWith('/jwks')
      const document = { issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` }
      return response.end(JSON.stringify(isKeys ? { keys: [issuer.publicJwk] } : document))
    })
    const { code, checks } = await check(issuer.url)
    expect(code).toBe(0)
    expect(checks).toContainEqual(
      expect.objectContaining({
        check: 'discovery',
        message: expect.stringMatching('/oauth-authorization-server .content type none'),
      }),
    )
  })
})

describe('keys', () => {
  const GOOD = issuer.publicJwk
  it.each<[string, readonly unknown[], string, string]>([
    ['none', [], 'failed', 'the key set is empty'],
    [
      'a short RSA key',
      [GOOD, rsaKey('b', 1024)],
      'warning',
      'b (RSA 1024) has only 1024 bits, and is not used',
    ],
    ['a private key', [{ ...GOOD, d: 'AQAB' }], 'failed', 'none of 1 can verify a token'],
    [
      'a shared key',
      [GOOD, { kty: 'oct', k: 'AQAB', kid: 's' }],
      'warning',
      's (oct) is private or shared: anyone can sign with it',
    ],
    ['one kid twice', [GOOD, GOOD], 'warning', 'key-1 names more than one key'],
    [
      'no kid',
      [{ ...GOOD, kid: undefined }],
      'warning',
      'no key has a kid: a new key is used after up to 10 minutes',
    ],
    [
      'some kids',
      [GOOD, ecKey('P-256')],
      'warning',
      'some keys have no kid, and are never used for tokens with a kid',
    ],
    [
      'a key for encryption',
      [GOOD, { ...GOOD, kid: 'e', use: 'enc' }],
      'ok',
      'e (RSA 2048) is not for signatures (use: enc), and is not used',
    ],
    [
      'another curve',
      [GOOD, ecKey('secp256k1', { kid: 'k1' })],
      'warning',
      'k1 (EC secp256k1) has the type EC with the curve secp256k1',
    ],
    [
      '101 keys',
      Array(101).fill(GOOD),
      'failed',
      '101 keys, of which the broker accepts at most 100',
    ],
    ['text', ['key'], 'warning', '(unknown) is not a JWK (kty is missing)'],
  ])('%s', async (_, keys, status, message) => {
    await publish({}, keys)
    const { checks } = await check(issuer.url)
    expect(checks).toContainEqual(
      expect.objectContaining({ status, message: expect.stringContaining(message) }),
    )
  })

  it('have algorithms to write, where the default does not fit', async () => {
    const keys = [ecKey('P-384', { kid: 'a' }), edKey()]
    await publish({ id_token_signing_alg_values_supported: ['ES384', 'EdDSA', 'none'] }, keys)
    const { block, keys: shown } = await check(issuer.url)
    expect(block).toContain('    algorithms: [ES384, EdDSA]\n')
    expect(shown).toMatchObject([
      { kid: 'a', type: 'EC P-384', algorithms: ['ES384'] },
      { type: 'OKP Ed25519', algorithms: ['EdDSA', 'Ed25519'] },
    ])
  })

  it('do not fit the algorithms that the issuer announces', async () => {
    await publish({ id_token_signing_alg_values_supported: ['ES256'] })
    const { checks } = await check(issuer.url)
    expect(checks).toContainEqual(
      expect.objectContaining({ check: 'algorithms', status: 'warning' }),
    )
  })
})

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
    expect(failures(refused).join('\n')).toContain('UNABLE_TO_VERIFY_LEAF_SIGNATURE')
    expect(refused.checks[1]?.fix).toContain('write its root in the ca of the issuer')
    const acme = await createTenantFolder(
      {},
      {
        issuers: [{ issuer: url, audiences: ['demo'], ca: authority.cert }],
      },
    )
    const { code, checks } = await check(url, '--tenants', acme.directory)
    expect([code, failures({ code, checks, keys: [], block: '' })]).toEqual([0, []])
    expect(checks).toContainEqual(
      expect.objectContaining({
        ...{ check: 'TLS certificate', status: 'warning' },
        message: expect.stringContaining('issued by corp'),
      }),
    )
  })

  it('whose clock differs', async () => {
    await publish((path, response) => {
      response.setHeader('date', new Date(Date.now() + 120_000).toUTCString())
      const isKeys = path.endsWith('/jwks')
      const document = { issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` }
      response.end(JSON.stringify(isKeys ? { keys: [issuer.publicJwk] } : document))
    })
    const checked = await check(issuer.url)
    expect(failures(checked)[0]).toMatch(/^clock: that of .* is 1(19|20|21) s ahead, and tokens/)
  })

  it('to nothing', async () => {
    const checked = await check('http://127.0.0.1:9')
    expect(failures(checked)[0]).toContain('cannot be reached (ECONNREFUSED)')
  })

  it('to a host that does not exist, or in a private network', async () => {
    expect(failures(await check('https://id.invalid'))[0]).toContain('id.invalid is not found')
    const [first, ...others] = (await check('https://10.0.0.1')).checks
    expect(first).toMatchObject({
      ...{ check: 'address', status: 'failed' },
      message: expect.stringContaining('is at the private address 10.0.0.1'),
      fix: expect.stringContaining('--private-issuer-hosts'),
    })
    expect(others.at(-1)?.message).toContain('10.0.0.1')
  })

  it('to no address that the broker would not call', async () => {
    await publish({})
    const before = issuer.requests.length
    for (const url of [issuer.url, issuer.url.replace('127.0.0.1', 'localhost')]) {
      const { code, stdout } = await runCli(['issuer', 'check', url])
      expect(code).toBe(3)
      expect(stdout).toMatch(/^failed +address +\S+ is at the loopback address (127|::1)/m)
    }
    expect(issuer.requests.length).toBe(before)
  })

  it('through a proxy', async () => {
    await publish({})
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

describe('--tenants', () => {
  const compare = async (entry: object) => {
    await publish({})
    const acme = await createTenantFolder({}, { issuers: [{ audiences: ['demo'], ...entry }] })
    const { checks } = await check(issuer.url, '--tenants', acme.directory)
    return checks.at(-1)
  }
  const { kid: _, ...withoutId } = issuer.publicJwk
  const listed = (key: object) => ({ verify: { kind: 'jwt', keys: [key] }, issuer: issuer.url })

  it.each<[string, object, string, string]>([
    ['the issuer', { issuer: issuer.url }, 'ok', 'trusts this issuer, and its keys fit'],
    ['its key', listed(issuer.publicJwk), 'ok', 'trusts this issuer, and its keys fit'],
    ['a slash more', { issuer: `${issuer.url}/` }, 'failed', 'which is another issuer than'],
    ['another issuer', { issuer: 'https://x.example' }, 'warning', 'no document trusts'],
    [
      'an old key',
      listed({ ...withoutId, kid: 'old' }),
      'warning',
      'lists old, which the issuer does not publish (any more)',
    ],
    [
      'other algorithms',
      { issuer: issuer.url, algorithms: ['ES256'] },
      'failed',
      'accepts ES256, for which the issuer has no key',
    ],
  ])('with %s', async (_, entry, status, message) => {
    expect(await compare(entry)).toMatchObject({
      status,
      message: expect.stringContaining(message),
    })
  })

  it('with a document that is invalid', async () => {
    const file = await folder.write('bad.yaml', 'tenant: [')
    const { code, stderr } = await runCli(['issuer', 'check', issuer.url, '--tenants', file])
    expect([code, stderr]).toEqual([1, expect.stringContaining('bad.yaml')])
  })
})

it('knows the issuers of presets, and what they need', async () => {
  const { block, checks } = await check('https://agent.buildkite.com')
  expect(block).toBeUndefined()
  expect(checks.length).toBeGreaterThan(2)
  const { issuerBlock } = await import('../../../packages/cli/src/issuer-check/issuer-block.ts')
  expect(issuerBlock('https://agent.buildkite.com', [], [])).toContain(
    '    verify: { kind: buildkite }\n',
  )
  expect(issuerBlock('https://agent.buildkite.com', [], [])).toContain('claims.organization_id ==')
})
