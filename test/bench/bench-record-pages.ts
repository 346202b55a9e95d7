/**
 * The console's list of a file of audit records: how soon the newest are shown, how long the index
 * takes, its memory, and the time of a page by each filter. `npm run bench:records -- 1000000`
 */
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pageRecords } from '../../packages/cli/src/audit/page-records.ts'
import type { WantedValues } from '../../packages/cli/src/audit/record-columns.ts'
import { openRecordFile } from '../../packages/cli/src/audit/record-file.ts'

const count = Number(process.argv[2] ?? 1_000_000)
const folder = await mkdtemp(path.join(tmpdir(), 'bench-records-'))
const file = path.join(folder, 'records.jsonl')
try {
  await writeRecords()
  const { size } = await stat(file)
  console.log(`${count} records, ${(size / 1e6).toFixed(0)} MB`)
  globalThis.gc?.()
  const before = process.memoryUsage()
  const store = openRecordFile(file, 2_000_000)
  const started = performance.now()
  await page({})
  console.log(`first page after ${since(started)} ms`)
  let slowest = 0
  while (!store.state().isComplete) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    const asked = performance.now()
    await page({})
    slowest = Math.max(slowest, performance.now() - asked)
  }
  console.log(`index after ${since(started)} ms; slowest page meanwhile ${slowest.toFixed(0)} ms`)
  globalThis.gc?.()
  const after = process.memoryUsage()
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`
  console.log(
    `memory: resident ${mb(after.rss)} (before ${mb(before.rss)}), heap ${mb(after.heapUsed)}, ` +
      `index ${mb(after.arrayBuffers - before.arrayBuffers)}`,
  )
  const filters: Record<string, WantedValues> = {
    'no filter': {},
    'one request id, the oldest': { requestId: 'request-0' },
    'one subject of 50,000': { subject: 'user-77' },
    'a tenant and a code': { tenant: 'tenant-7', code: 'access_denied' },
    'nothing matches': { subject: 'nobody' },
  }
  for (const [name, values] of Object.entries(filters)) {
    const asked = performance.now()
    const { records } = await page(values)
    console.log(`${name}: ${records.length} records in ${since(asked)} ms`)
  }
  await store.close()

  function page(values: WantedValues) {
    return pageRecords([store], { values, matches: () => true, limit: 50 })
  }
} finally {
  await rm(folder, { recursive: true })
}

function since(started: number): string {
  return (performance.now() - started).toFixed(0)
}

async function writeRecords(): Promise<void> {
  const stream = createWriteStream(file)
  for (let at = 0; at < count; at++) {
    const refused = at % 11 === 0
    const line = JSON.stringify({
      time: new Date(1.7e12 + at * 100).toISOString(),
      ...{
        requestId: `request-${at}`,
        endpoint: 'native',
        outcome: refused ? 'refused' : 'issued',
      },
      ...(refused ? { code: 'access_denied', reason: 'no rule matches the identity' } : {}),
      ...{
        tenant: `tenant-${at % 1000}`,
        issuer: 'https://issuer.example',
        documentSha256: 'a'.repeat(64),
      },
      ...{ subject: `user-${at % 50_000}`, rule: 'staff read reports', grant: 'reports' },
      roleArn: 'arn:aws:iam::111122223333:role/reports',
      roleSessionName: `user-${at % 50_000}-abcdefghijklmnop`,
      sessionTags: { tenant: 'acme', team: 'red' },
      ...{
        policySha256: 'b'.repeat(64),
        durationSeconds: 3600,
        accessKeyId: 'ASIAEXAMPLE000000000',
      },
      subjectTokenSha256: 'c'.repeat(64),
      ...{ clientIp: '192.0.2.7', userAgent: 'aws-cli/2.15.0 md/awscrt#0.19.19 ua/2.0' },
      durationsMs: { verify: 0.3, resolve: 0.1, match: 0.1, render: 0.2, assume: 31.2 },
    })
    if (!stream.write(`${line}\n`)) await once(stream, 'drain')
  }
  stream.end()
  await once(stream, 'close')
}
