/** `token-broker init`: for each input, its document validates, and its tests pass. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { readRuleTests } from '@token-broker/core/document'
import { afterAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { PRESET_KINDS } from '../../../packages/cli/src/commands/init-declaration.ts'
import { readPage } from '../../docs/markdown.ts'
import { createAuthority } from '../../fixtures/certificates.ts'
import { makeTemporaryFolder, startIssuer } from '../../fixtures/index.ts'
import { examine, readProviderPage } from '../../presets/provider-page.ts'
import { runCli } from './run-cli.ts'

const issuer = await startIssuer()
afterAll(() => issuer.close())
const folder = makeTemporaryFolder()
const place = (name: string) => path.join(folder, name)
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' })

function write(name: string, content: string | object): string {
  writeFileSync(place(name), typeof content === 'string' ? content : JSON.stringify(content))
  return place(name)
}

const pem = (key: KeyObject, type: 'spki' | 'pkcs8' = 'spki') => {
  const text = key.export({ format: 'pem', type } as { format: 'pem'; type: 'spki' })
  return String(text)
}

/** Runs init with FILE and --tests, and everything that the next steps name. */
async function start(name: string, ...options: readonly string[]) {
  const file = place(`${name}.yaml`)
  const { code, stdout, stderr } = await runCli(['init', '--tests', file, ...options])
  expect({ code, stdout, stderr }).toMatchObject({ code: 0, stdout: '' })
  const text = readFileSync(file, 'utf8')
  expect(examine(text)).toEqual({ problems: [], verdicts: new Set(['separate']) })
  const tests = place(`${name}.test.yaml`)
  const run = await runCli(['test', tests])
  expect(run.stdout).toMatch(/, 0 failed\n$/)
  expect(run.code).toBe(0)
  return {
    file,
    text,
    document: parse(text),
    tests: readRuleTests(readFileSync(tests, 'utf8'), ''),
  }
}

describe('presets', () => {
  it('are those of the pages about providers', () => {
    const index = readPage('packages/core/docs/providers/README.md')
    const listed = [...index.matchAll(/^\| \[[^|]+\| `([a-z0-9-]+)`/gm)].map(([, kind]) => kind)
    expect([...PRESET_KINDS]).toEqual(listed.toSorted())
  })

  it.each(PRESET_KINDS)('%s: the document of its page, commented', async (kind) => {
    const { text, document, tests } = await start(`${kind}-tenant`, '--preset', kind)
    const page = readProviderPage(`providers/${kind}`).document
    const named = page
      .replaceAll('role/acme-', `role/${kind}-tenant-`)
      .replaceAll(':::acme-', `:::${kind}-tenant-`)
    expect(document).toEqual({ ...parse(named), tenant: `${kind}-tenant` })
    expect(text.match(/^ *# /gm)?.length).toBeGreaterThan(8)
    expect(text).toContain(`/providers/${kind}.md`)
    // A caller that is accepted, and at least one that is not.
    const names = tests.ruleTests?.tests.map(({ name }) => name) ?? []
    expect(names.length).toBeGreaterThanOrEqual(2)
    if (document.issuers[0].member) expect(names.length).toBeGreaterThanOrEqual(3)
  })

  it('accept values of your own', async () => {
    const role = 'arn:aws:iam::999999999999:role/mine'
    const { document } = await start(
      ...(['own', '--preset', 'okta', '--issuer', 'https://id.okta.com/oauth2/x'] as const),
      ...['--audience', 'api://mine', '--role', role, '--tenant', 'red'],
    )
    expect(document).toMatchObject({
      tenant: 'red',
      issuers: [{ issuer: 'https://id.okta.com/oauth2/x', audiences: ['api://mine'] }],
      grants: { files: { role } },
    })
  })

  it('are found by the issuer, where its form is the own of a provider', async () => {
    const url = 'https://token.actions.githubusercontent.com'
    const { document } = await start('found', '--issuer', url)
    expect(document.issuers[0]).toMatchObject({ issuer: url, verify: { kind: 'github-actions' } })
  })

  it('may list keys, of a provider that operators run', async () => {
    const keys = write('cluster.json', { keys: [issuer.publicJwk] })
    const { document } = await start('cluster', '--preset', 'kubernetes', '--keys', keys)
    expect(document.issuers[0].verify).toMatchObject({ kind: 'kubernetes', keys: [{ kty: 'RSA' }] })
    const { code, stderr } = await runCli(['init', '--preset', 'google', '--keys', keys])
    expect([code, stderr]).toEqual([1, expect.stringContaining('the document is invalid')])
  })
})

describe('an issuer', () => {
  it('has its documents fetched', async () => {
    issuer.respondWith(undefined)
    const { document } = await start('url', '--issuer', issuer.url, '--allow-loopback-http')
    expect(document.issuers).toEqual([
      { issuer: issuer.url, audiences: ['https://broker.example'] },
    ])
  })

  it('has algorithms of its own', async () => {
    const key = { ...p384.publicKey.export({ format: 'jwk' }), kid: 'a' }
    issuer.respondWith((url, response) =>
      response.end(
        JSON.stringify(
          url.endsWith('/jwks')
            ? { keys: [key] }
            : { issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` },
        ),
      ),
    )
    const { document } = await start('es384', '--issuer', issuer.url, '--allow-loopback-http')
    expect(document.issuers[0].algorithms).toEqual(['ES384'])
  })

  it('is refused where its documents cannot be used', async () => {
    issuer.respondWith((_, response) => response.writeHead(500).end())
    const { code, stdout, stderr } = await runCli([
      ...['init', '--issuer', issuer.url, '--allow-loopback-http', place('none.yaml')],
    ])
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toMatch(/^failed +discovery +http.*responds with status 500/m)
    expect(() => readFileSync(place('none.yaml'))).toThrow('ENOENT')
  })
})

describe('keys', () => {
  const ISSUER = ['--issuer', 'https://id.example']
  const jwk = rsa.publicKey.export({ format: 'jwk' })
  it.each<[string, () => string | object, object]>([
    ['a JWK set', () => ({ keys: [{ ...jwk, kid: 'a', alg: 'RS256' }] }), { kid: 'a' }],
    ['one JWK', () => jwk, { kty: 'RSA', n: jwk.n }],
    ['a public key in PEM', () => pem(rsa.publicKey), { kty: 'RSA', n: jwk.n }],
    ['a certificate', () => createAuthority('ca').cert, { kty: 'EC', crv: 'P-256' }],
    ['keys that are used, among others', () => ({ keys: [{ kty: 'X' }, jwk] }), { n: jwk.n }],
  ])('%s', async (_, content, expected) => {
    const file = write('keys.txt', content())
    const { document } = await start('keyed', ...ISSUER, '--keys', file, '--force')
    const [{ verify, algorithms }] = document.issuers
    expect(verify).toMatchObject({ kind: 'jwt', keys: [expected] })
    expect(algorithms).toBeUndefined()
  })

  it('have algorithms of their own', async () => {
    const file = write('p384.pem', pem(p384.publicKey))
    const { document } = await start('p384', ...ISSUER, '--keys', file)
    expect(document.issuers[0].algorithms).toEqual(['ES384'])
  })

  it.each<[string, () => string | object, string]>([
    ['a private key in PEM', () => pem(rsa.privateKey, 'pkcs8'), 'found a private or shared one'],
    ['a private JWK', () => rsa.privateKey.export({ format: 'jwk' }), 'found a private or shared'],
    ['a shared key', () => ({ kty: 'oct', k: 'secret-canary' }), 'found a private or shared one'],
    ['neither', () => 'ssh-rsa AAAA', 'found neither JSON nor PEM'],
    ['other JSON', () => ({ a: 1 }), 'found other JSON'],
    ['an empty set', () => ({ keys: [] }), 'expected a key that can verify tokens, found none'],
    [
      'broken PEM',
      () => '-----BEGIN PUBLIC KEY-----\nAA\n-----END PUBLIC KEY-----',
      'cannot be read',
    ],
    [
      'a key that is too short',
      () => pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey),
      'has only 1024 bits',
    ],
  ])('refuses %s', async (_, content, message) => {
    const file = write('bad.txt', content())
    const { code, stdout, stderr } = await runCli(['init', ...ISSUER, '--keys', file])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(message)
    const secret = rsa.privateKey.export({ format: 'jwk' }).d ?? ''
    expect(stderr).not.toContain(secret.slice(0, 20))
    expect(stderr).not.toContain('canary')
  })
})

it('prints the document, and the next steps on standard error', async () => {
  const { code, stdout, stderr } = await runCli(['init', '--preset', 'google'])
  expect(code).toBe(0)
  expect(examine(stdout).problems).toEqual([])
  expect(stderr).toContain('next:\n  replace the examples')
  expect(stderr).toContain('token-broker trust-policy acme.yaml --issuer https://YOUR-BROKER')
})

it('prints JSON', async () => {
  const { stdout, stderr } = await runCli(['init', '--preset', 'google', '--format', 'json'])
  expect(stderr).toBe('')
  const { document, files, next } = JSON.parse(stdout)
  expect(parse(document).tenant).toBe('acme')
  expect(files).toEqual([])
  expect(next.at(-1)).toContain('trust-policy')
})

it('overwrites no file without --force', async () => {
  const file = write('kept.yaml', 'mine')
  const first = await runCli(['init', '--preset', 'google', file])
  expect([first.code, first.stderr]).toEqual([1, expect.stringContaining('exists already')])
  write('other.test.yaml', 'mine')
  const args = ['init', '--preset', 'google', '--tests', place('other.yaml')]
  const second = await runCli(args)
  expect([second.code, second.stderr]).toEqual([1, expect.stringContaining('other.test.yaml')])
  // Nothing was written of the two.
  expect(() => readFileSync(place('other.yaml'))).toThrow('ENOENT')
  expect(readFileSync(file, 'utf8')).toBe('mine')
  expect((await runCli([...args, '--force'])).code).toBe(0)
  expect(readFileSync(place('other.test.yaml'), 'utf8')).toContain('tests:')
})

it('quotes hostile values', async () => {
  const { document } = await start(
    ...(['quoted', '--preset', 'google', '--audience', 'a"}\n# x: ['] as const),
  )
  expect(document.issuers[0].audiences).toEqual(['a"}\n# x: ['])
})

it.each<[string, string[], string]>([
  ['nothing', [], 'expected --issuer URL, --issuer URL with --keys FILE, or --preset KIND'],
  ['keys without an issuer', ['--keys', 'k.pem'], '--issuer: expected the iss'],
  ['no URL', ['--issuer', 'id.example'], '--issuer: expected an https URL'],
  ['an unknown preset', ['--preset', 'github-action'], 'did you mean github-actions?'],
  ['tests without a file', ['--preset', 'google', '--tests'], '--tests: expected a FILE'],
  ['a tenant', ['--preset', 'google', '--tenant', 'A b'], '--tenant: expected lower-case'],
  ['a role', ['--preset', 'google', '--role', 'admin'], 'the document is invalid: acme.yaml'],
])('refuses %s', async (_, options, message) => {
  const { code, stdout, stderr } = await runCli(['init', ...options])
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toContain(message)
})
