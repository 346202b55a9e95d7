/** A candidate that is put beside a document while the broker runs, as a process. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { startBrokerProcess } from '../fixtures/broker-process.ts'
import { closeAfterTests, startIssuer, tenantDocument } from '../fixtures/index.ts'
import { startStsServer } from '../fixtures/sts-server.ts'

it('decides from then on, without a new start', { timeout: 120_000 }, async () => {
  const issuer = await closeAfterTests(startIssuer())
  const sts = await closeAfterTests(startStsServer())
  const text = tenantDocument('acme', issuer.url)
  const broker = await closeAfterTests(
    startBrokerProcess({ documents: [text], stsEndpoint: sts.url }),
  )
  const token = await issuer.token()
  const decide = async () => {
    const response = await fetch(`${broker.url}/v1/credentials`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{}',
    })
    expect(response.status).toBe(200)
    return broker.records.at(-1)
  }
  // A pipe may be slower than the response.
  await expect.poll(decide, { timeout: 60_000 }).toMatchObject({ outcome: 'issued', grant: 'read' })
  expect(broker.records.filter((record) => record.candidate !== undefined)).toEqual([])
  const rule = "'claims.blocked != true || !has(claims.blocked)'"
  const candidate = text.replace(rule, `'claims.sub != "alice"'`)
  expect(candidate).not.toBe(text)
  writeFileSync(path.join(broker.folder, '0.candidate.yaml'), candidate)
  await expect
    .poll(async () => (await decide())?.candidate, { timeout: 60_000 })
    .toMatchObject({ result: 'loses', code: 'access_denied' })
})
