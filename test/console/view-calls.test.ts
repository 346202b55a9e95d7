/** The calls of the views: what they return, and what of this machine a page cannot read. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { DecideQuestion } from '../../packages/console/src/wire/decide-wire.ts'
import type {
  CallFailure,
  CallName,
  InputOf,
  ResultOf,
} from '../../packages/console/src/wire/index.ts'
import { startServer } from '../fixtures/http-server.ts'
import { closeAfterTests, makeTemporaryFolder } from '../fixtures/index.ts'
import { createTenantFolder, NOW } from '../unit/cli/tenant-folder.ts'
import { startTestConsole } from './started-console.ts'
import { createViewSources, STATED, startViews } from './view-sources.ts'

const sources = await createViewSources()
const { folder } = sources
const { call, messages } = await startViews(sources)
const outside = join(makeTemporaryFolder(), 'secret.test.yaml')
await writeFile(outside, 'canary-secret: 1\n')

/** The result of a call that must not fail. */
async function run<Name extends CallName>(
  name: Name,
  input: InputOf<Name>,
  callName = call,
): Promise<ResultOf<Name>> {
  const { status, body } = await callName(name, input)
  expect({ status, body }).toMatchObject({ status: 200 })
  return body as ResultOf<Name>
}

/** The message of a call that is refused, whatever its input is. */
async function refused(name: string, input: unknown, callName = call): Promise<string> {
  const { status, body } = await callName(name, input)
  expect({ status, body }).toMatchObject({ status: 422 })
  return (body as CallFailure).error.message
}

const decide = (request: Record<string, string>, question?: DecideQuestion) =>
  run('decide/run', { request: { now: NOW, ...request }, ...(question ? { question } : {}) })

describe('decide/run', () => {
  it('decides about a token, with the nine stages in their order', async () => {
    const token = await folder.sign({ sub: 'alice', groups: ['staff'] })
    const result = await decide({ token })
    expect(result).toMatchObject({
      ...{ outcome: 'would-issue', tenant: 'acme', grant: 'reports', rule: 'staff read reports' },
      plan: { roleArn: 'arn:aws:iam::111122223333:role/acme-app' },
    })
    expect(result.stages.map(({ stage, state }) => `${stage} ${state}`)).toEqual([
      ...['parse passed', 'verify passed', 'resolve passed', 'match passed', 'render passed'],
      ...['obtain ahead', 'assume ahead', 'audit ahead', 'respond ahead'],
    ])
    expect(JSON.stringify(result)).not.toContain(token.slice(-30))
  })

  it.each([
    ['verify', { token: 'x.y.z' }, 'invalid_token'],
    ['resolve', { claims: '{"sub":"alice","aud":"other"}' }, 'access_denied'],
    ['match', { claims: '{"sub":"alice"}' }, 'access_denied'],
    ['render', { claims: '{"sub":"al*ce","groups":["staff"]}' }, 'claim_unusable'],
  ])('shows that the stage %s refuses', async (stage, request, code) => {
    const result = await decide(request)
    expect(result).toMatchObject({ outcome: 'would-refuse', code })
    const state = (wanted: string) =>
      result.stages.filter((one) => one.state === wanted).map((one) => one.stage)
    expect(state('refused')).toEqual([stage])
    expect(state('not reached').slice(-2)).toEqual(['obtain', 'assume'])
  })

  it('answers whether the session could do something, and with what it could', async () => {
    const question = {
      ...{ action: 's3:GetObject', resource: 'arn:aws:s3:::acme-data/bob/a' },
      ...{ context: [], absent: [] },
    }
    const { permission } = await decide({ claims: STATED }, question)
    expect(permission).toMatchObject({
      ...{ verdict: 'denied', words: 'denied: no statement allows it' },
      statement: { name: 'statement ReadOwn', decides: false },
      changes: ['resource arn:aws:s3:::acme-data/alice/a'],
    })
    const none = await decide({ claims: '{"sub":"bob"}' }, question)
    expect(none.permission).toMatchObject({ verdict: 'refused' })
  })

  it('decides about a rule test, and compares', async () => {
    const { files } = await run('tests/list', {})
    const [file = ''] = files
    const { tests } = await run('tests/names', { file })
    const [first = 0, second = 0] = tests.map(({ line }) => line)
    const passing = await run('decide/run', { test: { file, line: first } })
    expect(passing).toMatchObject({ outcome: 'would-issue', test: { mismatches: [] } })
    const failing = await run('decide/run', { test: { file, line: second } })
    expect(failing).toMatchObject({
      code: 'access_denied',
      test: { name: 'a test that fails', mismatches: [{ what: 'outcome' }] },
    })
  })

  it('reads no file that the page names in place of JSON', async () => {
    for (const name of ['claims', 'actor-claims', 'policy'])
      expect(await refused('decide/run', { request: { [name]: outside, token: 'x' } })).toContain(
        `--${name}: expected a JSON object`,
      )
    // A token is a text, and never the name of a file.
    const result = await decide({ token: outside })
    expect(JSON.stringify(result)).not.toContain('canary')
  })

  it.each([
    [{ request: { token: 'x', extra: '1' } }, 'expected only the members'],
    [{ request: { token: 'x', 'allow-loopback-http': '1' } }, 'expected only the members'],
    [{ request: { token: 1 } }, 'token: expected a text'],
    [{ request: { token: 'x', claims: '{}' } }, 'found both'],
    [{ request: {} }, 'expected a token or claims, found nothing'],
    [{ request: { token: 'x'.repeat(600_000) } }, 'at most'],
    [{ test: { file: '', line: -1 } }, 'whole number'],
    ['text', 'expected an object'],
  ])('refuses %j', async (input, message) => {
    expect(await refused('decide/run', input)).toContain(message)
  })

  it('sends an opaque token to nobody', async () => {
    const requests: string[] = []
    const issuer = await closeAfterTests(
      startServer((request, response) => {
        requests.push(request.url ?? '')
        response.end('{}')
      }),
    )
    const other = await createTenantFolder(
      {},
      {
        issuers: [
          {
            issuer: issuer.url,
            verify: {
              ...{ kind: 'introspection', url: `${issuer.url}/introspect` },
              ...{ clientId: 'broker', clientSecret: 'idp-client' },
            },
            audiences: ['demo'],
          },
        ],
      },
    )
    const started = await startTestConsole(
      { tenantsDir: other.directory, allowLoopbackHttp: true },
      { BROKER_SECRET_IDP_CLIENT: 'canary' },
    )
    const request = { token: 'opaque-canary-token', tenant: 'acme' }
    const { code, reason } = await run('decide/run', { request }, started.call)
    expect(code).toBe('issuer_unavailable')
    expect(reason).toContain('a pasted token is not sent to anyone')
    expect(requests).toEqual([])
  })

  it('keeps no token in messages of the terminal', () => {
    expect(messages).toEqual([])
  })
})

describe('tests', () => {
  it('run, with their coverage', async () => {
    const { files, maxFilesPerRun } = await run('tests/list', {})
    expect(files).toEqual([join(folder.directory, 'acme.test.yaml')])
    expect(maxFilesPerRun).toBeGreaterThan(1)
    expect(await run('tests/run', { files })).toMatchObject({
      files: [{ tests: [{ passed: true }, { passed: false, code: 'access_denied' }] }],
      coverage: { rules: { all: ['acme: staff read reports'], missing: [] } },
    })
  })

  it('show the errors of invalid documents', async () => {
    const broken = await createTenantFolder({}, { rules: 1 })
    await broken.write('acme.test.yaml', 'tests: [{ name: a, claims: {}, expect: { grant: a } }]')
    const started = await startTestConsole({ tenantsDir: broken.directory })
    const { files } = await run('tests/list', {}, started.call)
    const ran = await run('tests/run', { files }, started.call)
    expect(ran.files[0]).toMatchObject({ tests: [], errors: expect.stringContaining('rules') })
    expect(await refused('decide/run', { request: { claims: STATED } }, started.call)).toContain(
      'a document is invalid',
    )
  })

  it('run where one of them names a document that cannot be read', async () => {
    const sources = await createTenantFolder()
    const test = 'tests: [{ name: a, claims: { sub: alice }, expect: { refusal: access_denied } }]'
    await sources.write('a.test.yaml', `documents: [missing.yaml]\n${test}`)
    await sources.write('acme.test.yaml', `documents: [acme.json]\n${test}`)
    const started = await startTestConsole({ tenantsDir: sources.directory })
    const { files } = await run('tests/list', {}, started.call)
    expect(await run('tests/run', { files }, started.call)).toMatchObject({
      files: [
        { tests: [], errors: expect.stringContaining('missing.yaml') },
        { tests: [{ passed: true }] },
      ],
    })
  })

  it.each([outside, '/etc/passwd', '../acme.test.yaml'])('never read %s', async (file) => {
    for (const [name, input] of [
      ['tests/run', { files: [file] }],
      ['tests/names', { file }],
      ['decide/run', { test: { file, line: 1 } }],
    ] as const)
      expect(await refused(name, input)).toContain('expected a listed file with rule tests')
  })
})

describe('trust', () => {
  it('has the policy of each role, compared with an existing one', async () => {
    const page = await run('trust/list', { search: 'ACME-app', from: 0 })
    expect(page).toMatchObject({ issuer: 'https://broker.example', total: 1 })
    const [{ role, policy, tenants } = { role: '', policy: '', tenants: [] }] = page.roles
    expect(tenants).toEqual(['acme'])
    expect(policy).toContain(
      '"Federated": "arn:aws:iam::111122223333:oidc-provider/broker.example"',
    )
    const issuer = page.issuer ?? ''
    const compare = (text: string) => run('trust/compare', { issuer, role, policy: text })
    expect(await compare(policy)).toEqual({ differences: [] })
    const wide = policy.replace('acme/reports/*', '*')
    expect((await compare(wide)).differences).toMatchObject([{ kind: 'too-wide' }])
    const broken = { issuer, role, policy: '{' }
    expect(await refused('trust/compare', broken)).toContain('paste it as IAM shows it')
    expect(await run('trust/list', { search: 'nothing', from: 0 })).toMatchObject({ total: 0 })
  })

  it('needs the URL of the broker', async () => {
    const started = await startTestConsole({ tenantsDir: folder.directory })
    const page = await run('trust/list', { search: '', from: 0 }, started.call)
    expect(page).toEqual({ roles: [], total: 0 })
    expect(await refused('trust/list', { issuer: 'ftp://x', search: '', from: 0 })).toContain(
      'expected the URL of the broker',
    )
  })
})

describe('audit', () => {
  it('lists, filters and follows records, and shows all of one', async () => {
    await sources.append([1, 2, 3, 4])
    const all = await run('audit/list', { filter: {} })
    const idsOf = ({ records }: { records: readonly { requestId: string }[] }) =>
      records.map(({ requestId }) => requestId)
    expect(idsOf(all)).toEqual(['request-4', 'request-3', 'request-2', 'request-1'])
    const filter = { outcome: 'refused', subject: 'user-1', code: 'access_denied', tenant: 'acme' }
    const found = await run('audit/list', { filter })
    expect(idsOf(found)).toEqual(['request-3'])
    const full = await run('audit/record', { id: found.records[0]?.id ?? '' })
    expect(full.parts).toContainEqual(['reason', 'no rule matches 3'])
    expect(JSON.parse(full.json)).toMatchObject({ requestId: 'request-3' })
    await sources.append([5])
    expect(idsOf(await run('audit/list', { filter: {}, after: all.newest }))).toEqual(['request-5'])
    expect(await refused('audit/list', { filter: { since: 'soon' } })).toContain('--since')
    expect(await refused('audit/list', { filter: { 'log-group': 'x' } })).toContain('members')
  })

  it('says how to start without records', async () => {
    const started = await startTestConsole({ tenantsDir: folder.directory })
    const message = await refused('audit/list', { filter: {} }, started.call)
    expect(message).toContain('--records FILE')
  })
})
