/** `token-broker issuer check`: what it says of issuers, and of the documents that trust them. */
import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { type Discovery, failuresOf, LOCAL, startIssuerCheckBench } from './issuer-check-bench.ts'
import { runCli } from './run-cli.ts'
import { createTenantFolder } from './tenant-folder.ts'

const { issuer, check, publish } = await startIssuerCheckBench()
const folder = await createTenantFolder()

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
  publish({ issuer: url, jwks_uri: `${url}/jwks` })
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
  it.each<[string, Discovery, string]>([
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
    publish(document)
    const checked = await check(issuer.url)
    expect(checked.code).toBe(3)
    expect(failuresOf(checked).join('\n')).toContain(message)
    // The broker's own code refuses everything that fails here.
    expect(failuresOf(checked).at(-1)).toContain('the broker: refuses: ')
    for (const { status, fix } of checked.checks)
      expect(fix === undefined).toBe(status === 'ok' || status === 'skipped')
    const { stdout } = await runCli(['issuer', 'check', issuer.url, LOCAL])
    expect(stdout).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u)
  })

  it('is found by RFC 8414', async () => {
    publish((path, response) => {
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

describe('--tenants', () => {
  const compare = async (entry: object) => {
    publish({})
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
