/** Candidates that are corrupt, fail, or take long: the document in force decides as before. */
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import {
  makeTemporaryFolder,
  SECRET_ACCESS_KEY,
  SESSION_TOKEN,
  startTestBroker,
  type TestBroker,
  tenantDocument,
} from '../fixtures/index.ts'

const honest = await startTestBroker({ candidates: (documents) => documents })
const { issuer, sts } = honest

/** A broker whose file has this in place of the compiled candidate. */
async function withCompiled(change: (compiledJson: string) => unknown): Promise<TestBroker> {
  const file = `${makeTemporaryFolder()}/tenants.jsonl`
  const whole = readFileSync(honest.environment.BROKER_TENANTS_FILE ?? '', 'utf8')
  // Places in the file are in bytes, so the line keeps its length.
  const changed = whole.replace(/("compiledJson":)("(?:[^"\\]|\\.)*")/, (all, name, text) => {
    const replaced = `${name}${JSON.stringify(change(JSON.parse(text)))}`
    expect(replaced.length).toBeLessThanOrEqual(all.length)
    return replaced.padEnd(all.length)
  })
  expect(changed).not.toBe(whole)
  writeFileSync(file, changed)
  return startTestBroker({ issuer, sts, environment: { BROKER_TENANTS_FILE: file } })
}

it.each<[string, (compiledJson: string) => unknown]>([
  ['no JSON', () => '{'],
  ['null', () => 'null'],
  ['no text', () => 7],
  ['of another tenant', (json) => json.replace('"tenant":"acme"', '"tenant":"evil"')],
  ['without rules', (json) => json.replace('"rules":', '"rule":')],
  ['with grants that are null', (json) => json.replace(/"grants":\{.*\}/, '"grants":null}')],
  ['with rules that are null', (json) => json.replace(/"rules":\[.*?\]/, '"rules":[null]')],
  ['with a rule that is no CEL', (json) => json.replace('claims.blocked', '((((((((((((')],
  ['with an unknown grant', (json) => json.replace('"grant":"read"', '"grant":"none"')],
  [
    'with a grant of the prototype',
    (json) => json.replace('"grant":"read"', '"grant":"toString"').replace(',"maxLength"', ''),
  ],
  ['with an attribute that is gone', (json) => json.replace('"user":{', '"usr":{')],
  [
    'with statements that are null',
    (json) => json.replace(/"statements":\[.*?\]/, '"statements":[null]'),
  ],
])('issues what the document in force says, beside a candidate that is %s', async (_, change) => {
  const broker = await withCompiled(change)
  const { status } = await broker.post('/v1/credentials', await broker.token())
  expect(status).toBe(200)
  const { outcome, rule, grant, candidate } = broker.audit.at(-1) ?? {}
  expect({ outcome, rule, grant }).toEqual({
    ...{ outcome: 'issued', rule: 'everybody reads', grant: 'read' },
  })
  expect(candidate?.result).toMatch(/^(?:undecided|loses)$/)
  // What fails is no decision of the candidate.
  expect(['internal', 'config_invalid']).not.toContain(candidate?.code)
  expect(candidate?.reason?.length).toBeLessThanOrEqual(512)
})

it('gives a refused caller nothing, beside a candidate that would', async () => {
  const broker = await startTestBroker({
    ...{ issuer, sts },
    candidates: (documents) => documents.map((text) => text.replace(/when: 'claims.blocked.*/, '')),
  })
  const calls = sts.calls.length
  const { status, body } = await broker.post(
    '/v1/credentials',
    await broker.token({ blocked: true }),
  )
  expect(status).toBe(403)
  expect(body).not.toMatch(/candidate|gains/)
  expect(sts.calls.length).toBe(calls)
  expect(broker.audit.at(-1)).toMatchObject({ outcome: 'refused', candidate: { result: 'gains' } })
})

it('has the document in force alone decide the tenant and the origin', async () => {
  const origin = 'https://candidate.example'
  const broker = await startTestBroker({
    ...{ issuer, sts },
    documents: (url) => [tenantDocument('acme', url)],
    candidates: (documents) =>
      documents.map((text) =>
        text
          .replace('allowedOrigins: []', `allowedOrigins: ["${origin}"]`)
          .replace('[acme-app]', '[acme-app, other-app]'),
      ),
  })
  const other = await broker.post('/v1/credentials', await broker.token({ aud: 'other-app' }))
  expect(other.status).toBe(403)
  const fromPage = await broker.post('/v1/credentials', await broker.token(), undefined, { origin })
  expect(fromPage.headers).not.toHaveProperty('access-control-allow-origin')
})

it('writes no token and no secret of the session into the record', async () => {
  const token = await honest.token()
  await honest.post('/v1/credentials', token)
  const text = honest.auditText.at(-1) ?? ''
  expect(JSON.parse(text).candidate).toMatchObject({ result: 'same' })
  for (const secret of [token, SECRET_ACCESS_KEY, SESSION_TOKEN]) expect(text).not.toContain(secret)
})

it('ends a candidate whose condition is as expensive as a document may have', async () => {
  const groups = Array.from({ length: 400 }, (_, index) => `group-${index}`)
  const costly = `when: '${groups
    .slice(0, 10)
    .map((group) => `claims.groups.exists(one, one + "x" == "${group}")`)
    .join(' || ')}'`
  const broker = await startTestBroker({
    ...{ issuer, sts },
    candidates: (documents) =>
      documents.map((text) => text.replace(/when: 'claims.blocked.*/, costly)),
  })
  const { status } = await broker.post('/v1/credentials', await broker.token({ groups }))
  expect(status).toBe(200)
  expect(broker.audit.at(-1)?.candidate).toMatchObject({ result: 'loses' })
})
