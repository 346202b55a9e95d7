/**
 * `npm run bench:limits`: what a response beyond a limit costs, whether a noisy tenant is noticed
 * by a quiet one, and what a flood of invalid tokens costs its sender and the broker.
 */
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { compileTenants, formatError, tenantsFile } from '@token-broker/core/document'
import { messageOf, runJob, start } from './harness/processes.ts'
import type { LimitsFigures, LimitsJob, Phase } from './workers/limits-worker.ts'
import type { SenderFigures, SenderJob } from './workers/sender-worker.ts'
import type { Stub } from './workers/stub-server.ts'
import { limitedEvents, nativeEvent, POOL_ID, PROVIDER, ROLE } from './workloads/limited-events.ts'

const TURNS = Number(process.env.LIMITS_TURNS ?? 7)
/** Four times as many come before: a flood is long enough to be compiled. */
const REQUESTS = 3_000
const ISSUED_REQUESTS = 500
const LOAD_SECONDS = 10
const BUNDLE = path.resolve(import.meta.dirname, '../../dist/broker/index.mjs')
const ONE_PER_HOUR = { requestsPerHour: 1 }
/** Of the noisy tenant, which sends ten times as many. */
const NOISY_PER_SECOND = 20
const QUIET_PER_SECOND = 30
/** Of the 128 of the stub. */
const NOISY_USERS = 64

const directory = mkdtempSync(path.join(tmpdir(), 'bench-limits-'))
const server = start('stub-server.ts', {})
const slowServer = start('stub-server.ts', { STS_DELAY_MS: '20' })
try {
  const [stub, slow] = await Promise.all([messageOf<Stub>(server), messageOf<Stub>(slowServer)])
  if (process.env.LIMITS_PART !== 'tenants') await compareCosts(stub)
  await compareTenants(slow)
} finally {
  server.disconnect()
  slowServer.disconnect()
  rmSync(directory, { recursive: true })
}

/** Parts 1 and 3: microseconds of CPU, as the median of all turns and its range. */
async function compareCosts(stub: Stub): Promise<void> {
  const [token = ''] = stub.tokens
  const invalid = `${token.slice(0, -8)}AAAAAAAA`
  const all = limitedEvents(token)
  const beyond = (name: string, events: typeof all): Phase[] =>
    events.map(({ endpoint, event, status }) => ({
      ...{ name: `${endpoint}: ${name}`, events: [event], status, count: REQUESTS },
    }))
  const single = (name: string, sent: string, status: number): Phase[] => {
    const count = status === 200 ? ISSUED_REQUESTS : REQUESTS
    return [{ name, events: [nativeEvent(sent)], status, count }]
  }
  const job = (phases: readonly Phase[]): LimitsJob => ({
    ...{ bundle: BUNDLE, before: all.map(({ event }) => event), phases },
  })
  const first = { before: [nativeEvent(token)] }
  const jobs: readonly [Record<string, string>, LimitsJob][] = [
    [
      environmentOf(stub, 'plain', {}),
      job([
        ...single('native: issued', token, 200),
        ...single('native: invalid token, without a limit', invalid, 401),
      ]),
    ],
    [
      environmentOf(stub, 'address', {}, { clientAddress: ONE_PER_HOUR }),
      { ...job(beyond('client address', all)), ...first },
    ],
    [
      environmentOf(stub, 'subject', { subject: ONE_PER_HOUR }),
      job(
        beyond(
          'subject',
          all.filter(({ isOfToken }) => isOfToken),
        ),
      ),
    ],
    [
      environmentOf(stub, 'refused', {}, { refused: ONE_PER_HOUR }),
      {
        ...job(single('native: invalid token, beyond the limit', invalid, 429)),
        before: [nativeEvent(invalid)],
      },
    ],
  ]
  const figures = new Map<string, number[]>()
  const add = (name: string, value: number) =>
    figures.set(name, [...(figures.get(name) ?? []), value])
  for (let turn = 1; turn <= TURNS; turn++) {
    for (const [environment, one] of turn % 2 ? jobs : jobs.toReversed()) {
      const { cpuMicros } = await runJob<LimitsFigures>('limits-worker.ts', environment, one)
      for (const [name, value] of Object.entries(cpuMicros)) add(name, value)
    }
    const sender: SenderJob = { url: `${stub.origin}/sts`, token: invalid, count: REQUESTS }
    const sent = await runJob<SenderFigures>('sender-worker.ts', {}, sender)
    add('sender: signs a token with RS256', sent.signRs256)
    add('sender: signs a token with ES256', sent.signEs256)
    add('sender: sends a request with a client of HTTP', sent.sendWithClient)
    add('sender: sends the same bytes again', sent.sendBytes)
    process.stderr.write(`costs: turn ${turn} of ${TURNS}\n`)
  }
  const base = median(figures.get('native: invalid token, beyond the limit') ?? [])
  console.table(
    Object.fromEntries(
      [...figures].map(([name, values]) => [
        name,
        { 'CPU µs': spread(values), 'ratio to a refused flood': ratio(median(values), base) },
      ]),
    ),
  )
}

/** Part 2: the latency of the quiet tenant, alone and beside the noisy one. */
async function compareTenants(stub: Stub): Promise<void> {
  const noisyTokens = stub.tokens.slice(0, NOISY_USERS)
  const quietTokens = stub.tokens.slice(NOISY_USERS)
  const limits = { tenant: { requestsPerSecond: NOISY_PER_SECOND } }
  const traffic = (tokens: readonly string[], perSecond: number) => ({
    ...{ events: tokens.map(nativeEvent), perSecond },
  })
  const workloads = {
    'quiet tenant alone': [limits, false],
    'beside a noisy one with a limit': [limits, true],
    'beside a noisy one without a limit': [{}, true],
  } as const
  const figures = new Map<string, LimitsFigures[]>()
  for (let turn = 1; turn <= TURNS; turn++) {
    const ordered = Object.entries(workloads)
    for (const [name, [own, isNoisy]] of turn % 2 ? ordered : ordered.toReversed()) {
      const quiet = traffic(quietTokens, QUIET_PER_SECOND)
      const noisy = isNoisy ? traffic(noisyTokens, 10 * NOISY_PER_SECOND) : undefined
      const job: LimitsJob = {
        ...{ bundle: BUNDLE, before: [...quiet.events, ...traffic(noisyTokens, 1).events] },
        ...{ phases: [], load: { seconds: LOAD_SECONDS, quiet, noisy } },
      }
      const environment = environmentOf(stub, 'tenants', own)
      const run = await runJob<LimitsFigures>('limits-worker.ts', environment, job)
      figures.set(name, [...(figures.get(name) ?? []), run])
    }
    process.stderr.write(`tenants: turn ${turn} of ${TURNS}\n`)
  }
  console.table(
    Object.fromEntries(
      [...figures].map(([name, runs]) => [
        name,
        {
          'quiet p50 ms': spread(
            runs.map(({ p50Ms }) => p50Ms),
            1,
          ),
          'quiet p99 ms': spread(
            runs.map(({ p99Ms }) => p99Ms),
            1,
          ),
          'noisy: responses of the last turn': JSON.stringify(runs.at(-1)?.statuses),
        },
      ]),
    ),
  )
}

function environmentOf(stub: Stub, name: string, limits: object, stage?: object) {
  const file = path.join(directory, `${name}.jsonl`)
  const documents =
    name === 'tenants' ? splitTenants(stub, limits) : [documentOf(stub, 'bench', limits)]
  const { tenants, errors } = compileTenants(
    documents.map((text, index) => ({ file: `${index}.json`, text })),
  )
  if (errors.length > 0) throw new Error(errors.map(formatError).join('\n'))
  writeFileSync(file, tenantsFile(tenants))
  const signingKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  return {
    ...{ AWS_REGION: 'eu-west-1', AWS_LAMBDA_FUNCTION_NAME: 'bench', NODE_ENV: 'production' },
    ...{ BROKER_LOCAL: '1', BROKER_ISSUER: 'https://broker.example', BROKER_EXPLAIN: 'on' },
    BROKER_SESSION_NAME_KEY: 'a key of 32 characters for tests',
    BROKER_SECRET_POOL: '0123456789abcdef0123456789abcdef',
    BROKER_STS_ENDPOINT: stub.origin,
    BROKER_SIGNING_KEY: signingKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    BROKER_TENANTS_FILE: file,
    ...(stage ? { BROKER_LIMITS: JSON.stringify(stage) } : {}),
  }
}

/** The tokens say nothing of a tenant, so that the users with the lower numbers are the noisy. */
function splitTenants(stub: Stub, limits: object): readonly string[] {
  const users = Array.from({ length: NOISY_USERS }, (_, index) => `"user-${index}"`)
  const isNoisy = `claims.sub in [${users.join(', ')}]`
  return [
    documentOf(stub, 'noisy', limits, isNoisy),
    documentOf(stub, 'quiet', {}, `!(${isNoisy})`),
  ]
}

function documentOf(stub: Stub, tenant: string, limits: object, member?: string): string {
  const { origin: issuer } = stub
  return JSON.stringify({
    tenant,
    issuers: [
      {
        ...{ issuer, verify: { kind: 'jwt', jwksUri: `${issuer}/jwks` }, audiences: ['bench'] },
        ...(member === undefined ? {} : { member }),
      },
    ],
    attributes: { user: { from: 'claims.sub' } },
    rules: [{ name: 'all', grant: 'read' }],
    grants: {
      read: {
        role: ROLE,
        policy: [
          { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/{{user}}/*' },
        ],
      },
    },
    ...(tenant === 'bench'
      ? { identityPools: [{ id: POOL_ID, secret: 'pool', logins: { [PROVIDER]: issuer } }] }
      : {}),
    limits,
  })
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function spread(values: readonly number[], digits = 0): string {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  return `${median(values).toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`
}

function ratio(value: number, base: number): string {
  return `${(value / base).toFixed(2)} ×`
}
