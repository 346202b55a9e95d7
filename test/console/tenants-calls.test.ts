/** The calls of the console about tenants: which files they reach, and when they write. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeTemporaryFolder, tenantDocument } from '../fixtures/index.ts'
import { OPERATOR, startTenantBench } from '../unit/cli/tenant-bench.ts'
import { startTestConsole } from './started-console.ts'

const ISSUER = 'https://id.example'
const ACME = tenantDocument('acme', ISSUER)
/** A change of the text alone. */
const ACME_2 = `${ACME}# two\n`
const ACME_3 = `${ACME}# three\n`

/** Starts a console for one test, with a directory of these files. */
async function startWithFiles(files: Readonly<Record<string, string>>) {
  const folder = makeTemporaryFolder()
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text)
  const { call, messages } = await startTestConsole({ tenantsDir: folder })
  const place = (name: string) => ({ source: 'directory', name })
  const read = (name: string) => readFileSync(path.join(folder, name), 'utf8')
  return { call, folder, messages, place, read }
}

describe('documents of a directory', () => {
  it('are listed with the tenants that they state, and searched', async () => {
    const files = { 'acme.yaml': ACME, 'b.json': '{"tenant": "beta"}', 'broken.yml': '{{' }
    const { call, folder } = await startWithFiles({ ...files, 'acme.test.yaml': '', notes: '' })
    mkdirSync(path.join(folder, 'folder.yaml'))
    const list = (search: string) => call('tenants/list', { source: 'directory', search, after: 0 })
    const at = expect.stringMatching(/Z$/)
    expect(await list('')).toEqual({
      status: 200,
      body: {
        rows: [
          { name: 'acme.yaml', tenant: 'acme', at },
          { name: 'b.json', tenant: 'beta', at },
          { name: 'broken.yml', at },
        ],
        total: 3,
      },
    })
    expect(await list('ACME')).toMatchObject({ body: { total: 1 } })
  })

  it('are saved on top of what was seen, and not on top of anything else', async () => {
    const { call, folder, place, read } = await startWithFiles({ 'acme.yaml': ACME })
    const acme = place('acme.yaml')
    const { body: opened } = await call('tenants/open', acme)
    expect(opened).toMatchObject({ text: ACME, state: 'live', history: [] })
    const { expect: seen } = opened as { expect: string }
    const saved = await call('tenants/save', { ...acme, text: ACME_2, expect: seen })
    expect(saved).toMatchObject({ status: 200, body: { isUnchanged: false } })
    expect(read('acme.yaml')).toBe(ACME_2)
    expect(await call('tenants/save', { ...acme, text: ACME_3, expect: seen })).toMatchObject({
      status: 409,
      body: { error: { code: 'conflict', message: /was changed by another program/ } },
    })
    expect(read('acme.yaml')).toBe(ACME_2)
    expect(readdirSync(folder)).toEqual(['acme.yaml'])
  })

  it('are saved once by several that have seen the same', async () => {
    const { call, place, read } = await startWithFiles({ 'acme.yaml': ACME })
    const acme = place('acme.yaml')
    const { expect: seen } = (await call('tenants/open', acme)).body as { expect: string }
    const texts = Array.from({ length: 8 }, (_, at) => `${ACME}# ${at}\n`)
    const saves = await Promise.all(
      texts.map((text) => call('tenants/save', { ...acme, text, expect: seen })),
    )
    const statuses = saves.map(({ status }) => status)
    expect(statuses.toSorted()).toEqual([200, ...Array(7).fill(409)])
    expect(read('acme.yaml')).toBe(texts[statuses.indexOf(200)])
  })

  it('are not written where they are invalid or claim what is of another tenant', async () => {
    const { call, place, folder } = await startWithFiles({ 'acme.yaml': ACME })
    const save = (text: string) =>
      call('tenants/save', { ...place('b.yaml'), text, expect: 'absent' })
    expect(await save('tenant: b\n')).toMatchObject({ status: 422 })
    const shared = tenantDocument('b', ISSUER, { audience: 'acme-app' })
    expect(await save(shared)).toMatchObject({
      status: 409,
      body: { error: { code: 'conflict', message: /audience/ } },
    })
    expect(readdirSync(folder)).toEqual(['acme.yaml'])
    expect(await save(tenantDocument('b', ISSUER))).toMatchObject({ status: 200 })
  })

  it.each([
    ...['../acme.yaml', '/etc/passwd', 'a/b.yaml', '..', '.hidden.yaml', 'a\\b.yaml', 'a.txt'],
    ...['acme.test.yaml', '', 'a\u0000.yaml', `${'x'.repeat(300)}.yaml`],
  ])('are in the directory itself: %j', async (name) => {
    const { call, place } = await startWithFiles({})
    for (const [called, input] of [
      ['tenants/open', {}],
      ['tenants/check', { text: ACME }],
      ['tenants/review', { text: ACME }],
      ['tenants/save', { text: ACME, expect: 'absent' }],
    ] as const)
      expect(await call(called, { ...place(name), ...input })).toMatchObject({
        status: 422,
        body: { error: { message: /expected the name of a tenant document/ } },
      })
  })

  it('can be 10,000, and are listed in pages', { timeout: 120_000 }, async () => {
    const { call, folder } = await startWithFiles({})
    for (let at = 0; at < 10_000; at++)
      writeFileSync(path.join(folder, `t${at}.yaml`), `tenant: t${at}\n`)
    const list = (search: string, after: number) =>
      call('tenants/list', { source: 'directory', search, after })
    expect(await list('', 9_990)).toMatchObject({ body: { total: 10_000, rows: { length: 10 } } })
    expect(await list('t999', 0)).toMatchObject({ body: { total: 11 } })
  })
})

describe('a review', () => {
  it('says who gains by a change, with the lines that differ', async () => {
    const { call, place } = await startWithFiles({ 'acme.yaml': ACME })
    const text = ACME.replace('Action: s3:GetObject', "Action: ['s3:GetObject', 's3:PutObject']")
    expect(await call('tenants/review', { ...place('acme.yaml'), text })).toMatchObject({
      body: {
        isSame: false,
        findings: [],
        changes: [{ effect: 'gain', part: 'grant read', example: /^s3:putobject on arn/i }],
        lines: expect.arrayContaining([
          { kind: 'removed', text: '        Action: s3:GetObject' },
          { kind: 'added', text: "        Action: ['s3:GetObject', 's3:PutObject']" },
          { kind: 'gap', text: '' },
        ]),
      },
    })
  })

  it('shows a proof that fails, with two callers who reach the same', async () => {
    const { call, place } = await startWithFiles({ 'acme.yaml': ACME })
    const text = ACME.replace('acme/{{user}}/*', 'acme/{{user}}*')
    const { body } = await call('tenants/check', { ...place('acme.yaml'), text })
    expect(body).toMatchObject({
      findings: [{ level: 'error', line: expect.any(Number) }],
      proof: expect.arrayContaining([
        expect.objectContaining({
          isProved: false,
          text: expect.stringMatching(/NOT SEPARATE by user\none caller:.*\nanother one:/),
        }),
      ]),
    })
  })
})

describe('documents of a table', () => {
  it('are saved as new versions, with history and conflicts', { timeout: 120_000 }, async () => {
    const bench = await startTenantBench()
    const { call } = await startTestConsole({
      ...{ table: bench.table.name, tableEndpoint: bench.table.url },
    })
    const acme = { source: 'table', name: 'acme' }
    expect(await call('tenants/open', acme)).toMatchObject({
      body: { state: 'new', expect: '0', text: '' },
    })
    const save = (text: string, seen: string) =>
      call('tenants/save', { ...acme, text, expect: seen })
    expect(await save(ACME, '0')).toMatchObject({ body: { version: 1, expect: '1' } })
    const both = await Promise.all([save(ACME_2, '1'), save(ACME_3, '1')])
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409])
    expect(await save(ACME, 'latest')).toMatchObject({ status: 422 })
    expect(await call('tenants/open', acme)).toMatchObject({
      body: {
        state: 'live',
        history: expect.arrayContaining([expect.objectContaining({ by: OPERATOR })]),
      },
    })
    expect(await call('tenants/list', { source: 'table', search: 'ac', after: 0 })).toMatchObject({
      body: { total: 1, rows: [{ name: 'acme', state: 'live', by: OPERATOR }] },
    })
    expect(await call('tenants/version', { name: 'acme', version: 1 })).toMatchObject({
      body: { text: ACME },
    })
    const other = { ...acme, text: tenantDocument('beta', ISSUER), expect: '0' }
    expect(await call('tenants/save', other)).toMatchObject({ status: 409 })
    await bench.table.stop()
    expect(await call('tenants/open', acme)).toMatchObject({
      status: 503,
      body: { error: { code: 'unavailable', message: /try again later/ } },
    })
    await bench.table.start()
    expect(await call('tenants/open', acme)).toMatchObject({ status: 200 })
  })
})

it('refuses inputs that no page sends, without a fault', async () => {
  const { call, messages } = await startWithFiles({})
  for (const input of [null, [], 'text', 1, {}, { source: 'elsewhere' }, { source: 'table' }])
    for (const name of ['list', 'open', 'version', 'check', 'review', 'save'])
      expect(await call(`tenants/${name}`, input)).toMatchObject({ status: 422 })
  expect(messages).toEqual([])
})
