/**
 * `npm run bench:replay`: how long `token-broker replay` takes for 100,000 records of 10,000
 * callers, and how much memory, with a change by which one of ten teams loses access. It must be
 * found.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { finished } from 'node:stream/promises'
import { compileTenant } from '@token-broker/core/document'
import { redecide, tenantForReplay } from '../../packages/cli/src/replay/redecide.ts'

const PROGRAM = path.resolve(import.meta.dirname, '../../packages/cli/dist/main.mjs')
const RECORDS = Number(process.argv[2] ?? 100_000)
const CALLERS = 10_000
const TEAMS = 10
const ISSUER = 'https://id.example'
const SECONDS = 1_790_000_000

function documentOf(teams: number): string {
  return JSON.stringify({
    tenant: 'acme',
    issuers: [{ issuer: ISSUER, audiences: ['app'], member: 'claims.org == "acme"' }],
    attributes: { user: { from: 'claims.sub' }, team: { from: 'claims.team' } },
    rules: Array.from({ length: teams }, (_, team) => ({
      name: `team ${team}`,
      when: `claims.team == "team-${team}" && "staff" in claims.groups`,
      grant: 'reports',
    })),
    grants: {
      reports: {
        role: 'arn:aws:iam::111122223333:role/acme',
        sessionName: '{{user}}',
        sessionTags: { team: '{{team}}' },
        policy: [
          {
            Effect: 'Allow',
            Action: 's3:GetObject',
            Resource: 'arn:aws:s3:::d/{{team}}/{{user}}/*',
          },
        ],
      },
    },
    recordInputs: 'used-claims',
  })
}

async function writeRecords(file: string): Promise<void> {
  const { tenant } = compileTenant(documentOf(TEAMS), 'acme.json')
  if (!tenant) throw new Error('The document of the benchmark is invalid.')
  const known = tenantForReplay(tenant)
  const stream = createWriteStream(file)
  for (let at = 0; at < RECORDS; at++) {
    const caller = at % CALLERS
    const claims = {
      ...{ iss: ISSUER, aud: 'app', sub: `user-${caller}`, org: 'acme' },
      ...{ team: `team-${caller % TEAMS}`, groups: ['all', 'staff'] },
      ...{ iat: SECONDS, exp: SECONDS + 600 },
    }
    const timeMs = SECONDS * 1000 + at
    const written = {
      ...{ timeMs, time: '', outcome: 'issued', requestId: `r-${at}`, algorithm: 'RS256' },
      ...{ clientIp: '203.0.113.7', endpoint: 'native' },
    }
    const token = { kind: 'jwt', issuer: ISSUER, claims } as const
    const inputs = { endpoint: 'native', token, request: {} }
    const { record } = await redecide(written, inputs, known)
    if (!stream.write(`${JSON.stringify({ ...record, inputs })}\n`)) await once(stream, 'drain')
  }
  stream.end()
  await finished(stream)
}

async function replay(documents: string, records: string) {
  const started = performance.now()
  const args = [PROGRAM, 'replay', documents, '--records', records, '--format', 'json']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let peakKb = 0
  const timer = setInterval(() => {
    peakKb = Math.max(peakKb, peakOf(child.pid))
  }, 100)
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve))
  const [stdout, code] = await Promise.all([text(child.stdout), closed])
  clearInterval(timer)
  const seconds = (performance.now() - started) / 1000
  return { code, peakKb, seconds, summary: JSON.parse(stdout) }
}

/** The largest resident memory so far, on Linux. */
function peakOf(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}

const folder = mkdtempSync(path.join(tmpdir(), 'bench-replay-'))
try {
  const records = path.join(folder, 'records.log')
  await writeRecords(records)
  for (const [name, teams] of [
    ['the same document', TEAMS],
    ['a document without the rule of one team', TEAMS - 1],
  ] as const) {
    const file = path.join(folder, `acme-${teams}.json`)
    writeFileSync(file, documentOf(teams))
    const { code, seconds, peakKb, summary } = await replay(file, records)
    const { compared, same, requests, changes } = summary
    if (compared !== RECORDS) throw new Error(`${RECORDS - compared} records were not compared.`)
    console.log(
      `${name}: ${compared} decisions in ${seconds.toFixed(1)} s, ` +
        `${Math.round(peakKb / 1024)} MB; ` +
        `exit code ${code}, ${same} the same, ${requests.loss} lost, of ${changes.length} callers`,
    )
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
