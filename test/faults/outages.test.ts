/** The local runtime under load while one of its parts is slowed, cut, silenced or killed, and mended: nothing is lost or wrongly issued. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, it } from 'vitest'
import { startIssuer } from '../fixtures/issuer-server.ts'
import { startKmsServer } from '../fixtures/kms-server.ts'
import { REGION, startTenantsTable } from '../fixtures/tenants-table.ts'
import { openOperatorTable, writeTenant } from '../fixtures/write-tenants.ts'
import { type Fault, type FaultyLink, startFaultyLink } from './faulty-link.ts'
import { auditOf, startLoad } from './load-generator.ts'
import { startBrokerProcess } from './spawn-broker.ts'
import { startStsForLoad } from './sts-for-load.ts'

type Part =
  | 'IdP, keys known'
  | 'IdP, keys unknown'
  | 'STS'
  | 'signer'
  | 'table, tenant known'
  | 'table, tenant unknown'
type Links = Readonly<Record<'idp' | 'sts' | 'kms' | 'table', FaultyLink>>

interface Outage {
  readonly part: Part
  readonly fault: Fault
  /** What entitled callers get while it lasts: credentials, or one of these refusals. */
  readonly gives: readonly string[]
}

const OUTAGES: readonly Outage[] = [
  ...(['killed', 'silent', 'slow', 'cut'] as const).map((fault) => ({
    part: 'IdP, keys known' as const,
    fault,
    gives: ['credentials'],
  })),
  { part: 'IdP, keys unknown', fault: 'killed', gives: ['issuer_unavailable'] },
  { part: 'IdP, keys unknown', fault: 'silent', gives: ['issuer_unavailable'] },
  { part: 'IdP, keys unknown', fault: 'slow', gives: ['credentials'] },
  { part: 'IdP, keys unknown', fault: 'cut', gives: ['issuer_unavailable'] },
  ...(['STS', 'signer', 'table, tenant unknown'] as const).flatMap((part) => [
    { part, fault: 'killed' as const, gives: ['upstream_unavailable'] },
    { part, fault: 'silent' as const, gives: ['upstream_unavailable'] },
    { part, fault: 'slow' as const, gives: ['credentials'] },
    { part, fault: 'cut' as const, gives: ['upstream_unavailable'] },
  ]),
  ...(['killed', 'silent', 'slow', 'cut'] as const).map((fault) => ({
    part: 'table, tenant known' as const,
    fault,
    gives: ['credentials'],
  })),
]

const LINK_OF: Readonly<Record<Part, keyof Links>> = {
  'IdP, keys known': 'idp',
  'IdP, keys unknown': 'idp',
  STS: 'sts',
  signer: 'kms',
  'table, tenant known': 'table',
  'table, tenant unknown': 'table',
}

const OUTAGE_MS = 2_500
/** Longer than the broker waits for any part. */
const SILENCE_MS = 6_500
/** The keys of an IdP that failed are asked for again after at most this long. */
const RECOVERY_MS = 40_000
/** A phase lasts until this many entitled callers were answered in it, however slow the machine: a phase without answers tells nothing. */
const ENOUGH = 4

const rows: string[][] = []
afterAll(() => {
  const widths = [31, 10, 13, 12, 46, 6, 15]
  const table = [
    ['outage', 'requests', 'credentials', 'from cache', 'refused', 'lost', 'wrongly issued'],
    ...rows,
  ]
  console.log(
    table
      .map((cells) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(''))
      .join('\n'),
  )
})

it.concurrent.for(OUTAGES)(
  '$part, $fault: callers get $gives, and all is well again',
  { timeout: 240_000 },
  async ({ part, fault, gives }, { expect }) => {
    await using world = await startWorld()
    const { links, broker, tokenOf } = world
    const link = links[LINK_OF[part]]
    const atOnce = part.endsWith('unknown')
    if (atOnce) await link.breakBy(fault)
    const load = startLoad(broker.url, tokenOf, atOnce ? 'outage' : 'before')
    const answered = async (phase: string) => {
      const entitled = () =>
        load.asked.filter((asked) => asked.phase === phase && asked.entitled).length
      await expect
        .poll(entitled, { timeout: RECOVERY_MS, interval: 50 })
        .toBeGreaterThanOrEqual(ENOUGH)
    }
    if (!atOnce) {
      await answered('before')
      await link.breakBy(fault)
      load.enter('outage')
    }
    await Promise.all([sleep(fault === 'silent' ? SILENCE_MS : OUTAGE_MS), answered('outage')])
    load.enter('mending')
    await link.mend()
    const healed = () =>
      load.asked.some(({ phase, answer }) => phase === 'mending' && answer?.accessKeyId)
    await expect.poll(healed, { timeout: RECOVERY_MS, interval: 100 }).toBe(true)
    load.enter('after')
    await answered('after')
    await load.stop()
    // Each record was written before its answer, but a pipe may be slower than a socket.
    await expect
      .poll(() => broker.records.length, { timeout: RECOVERY_MS })
      .toBeGreaterThanOrEqual(load.asked.length)

    const of = (phase: string) => load.asked.filter((asked) => asked.phase === phase)
    const during = auditOf(of('outage'), broker.records)
    const refusals = Object.entries(during.refused).map(([code, count]) => `${code} ${count}`)
    // What the broken part knows was asked before the outage.
    const fromCache =
      part.endsWith(', keys known') || part.endsWith(', tenant known') ? during.issued : 0
    const figures = [
      during.requests,
      during.issued,
      fromCache,
      refusals.join(', '),
      during.lost,
      during.wronglyIssued,
    ]
    rows.push([`${part}, ${fault}`, ...figures.map(String)])
    const whole = auditOf(load.asked, broker.records)
    expect([whole.lost, whole.wronglyIssued, world.foreign]).toEqual([0, 0, []])
    // Each record has its answer, too: neither side has one more.
    expect(new Set(broker.records.map(({ requestId }) => requestId)).size).toBe(load.asked.length)

    const given = (phase: string) => {
      const answers = of(phase).filter(({ entitled }) => entitled)
      return [...new Set(answers.map(({ answer }) => answer?.code ?? 'credentials'))]
    }
    if (!atOnce) expect(given('before')).toEqual(['credentials'])
    expect([given('outage'), given('after')]).toEqual([gives, ['credentials']])
  },
)

async function startWorld() {
  const [issuer, sts, kms, table] = await Promise.all([
    startIssuer(),
    startStsForLoad(),
    startKmsServer(),
    startTenantsTable(),
  ])
  const links: Links = {
    idp: await startFaultyLink(issuer.url),
    sts: await startFaultyLink(sts.url),
    kms: await startFaultyLink(kms.url),
    table: await startFaultyLink(table.url),
  }
  const operator = openOperatorTable(table)
  await writeTenant(operator, tenantDocument('acme', issuer.url, `${links.idp.url}/jwks`))
  operator.close()
  const folder = mkdtempSync(path.join(tmpdir(), 'outage-'))
  writeFileSync(
    path.join(folder, 'other.yaml'),
    tenantDocument('other', 'https://id.other.example'),
  )
  const broker = await startBrokerProcess(['--tenants', folder, '--sts', links.sts.url], {
    ...kms.environment,
    AWS_REGION: REGION,
    BROKER_TENANTS_TABLE: table.name,
    BROKER_DYNAMODB_ENDPOINT: links.table.url,
    BROKER_KMS_SIGNING_KEY: kms.createKey('RSA_2048'),
    BROKER_KMS_ENDPOINT: links.kms.url,
  })
  return {
    links,
    broker,
    foreign: sts.foreign,
    tokenOf: (user: string) => {
      const now = Math.floor(Date.now() / 1000)
      return issuer.sign({ iss: issuer.url, sub: user, aud: 'app', iat: now, exp: now + 600 })
    },
    async [Symbol.asyncDispose]() {
      await broker.close()
      await Promise.all(Object.values(links).map((link) => link.close()))
      await Promise.all([issuer.close(), sts.close(), kms.close(), table.close()])
      rmSync(folder, { recursive: true })
    },
  }
}

const tenantDocument = (
  tenant: string,
  issuer: string,
  jwksUri = `${issuer}/jwks`,
) => `tenant: ${tenant}
issuers: [{ issuer: '${issuer}', verify: { kind: jwt, jwksUri: '${jwksUri}' }, audiences: [app] }]
attributes: { user: { from: claims.sub } }
rules: [{ name: entitled, when: '!claims.sub.startsWith("blocked")', grant: read }]
grants:
  read:
    role: arn:aws:iam::111122223333:role/app
    sessionName: '{{user}}'
    policy: [{ Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::${tenant}/{{user}}/*' }]
`
