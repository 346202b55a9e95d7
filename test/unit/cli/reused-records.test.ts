/** `token-broker audit` about sessions that several requests got, of a grant with `reuse`. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { accessKeyOf, MINUTE_MS, request, startReuseBroker } from '../../endpoints/reuse-broker.ts'
import { makeTemporaryFolder } from '../../fixtures/index.ts'
import { runHere } from './run-cli.ts'

const broker = await startReuseBroker()
for (const minute of [0, 1, 2]) {
  broker.set(minute * MINUTE_MS)
  await request(broker)
}
const [first] = broker.audit
const lines = broker.auditText
const issuedAt = first?.time.replace(/\.\d+Z$/, 'Z')

function fileOf(...written: readonly (string | undefined)[]): string {
  const file = path.join(makeTemporaryFolder(), 'records.log')
  writeFileSync(file, written.join(''))
  return file
}

async function sessionsOf(id: string, file: string) {
  const { stdout } = await runHere([
    ...['audit', 'session', id, '--records', file, '--format', 'json'],
  ])
  return JSON.parse(stdout).sessions
}

it('shows which request the session of a record was issued for, and its end', async () => {
  const { stdout } = await runHere(['audit', fileOf(lines[1])])
  expect(stdout).toContain(
    `access key ${accessKeyOf(1)}, issued for request ${first?.requestId}, until 20`,
  )
})

it('counts responses with the session of an earlier request', async () => {
  const { stdout } = await runHere(['audit', 'summary', fileOf(...lines)])
  expect(stdout).toContain('3 issued; 2 sessions returned again\n')
  const json = await runHere(['audit', 'summary', fileOf(...lines), '--format', 'json'])
  expect(JSON.parse(json.stdout)).toMatchObject({ reused: 2, outcomes: { issued: 3 } })
  const none = await runHere(['audit', 'summary', fileOf(lines[0])])
  expect(none.stdout).not.toContain('returned again')
})

it.each([
  ['in order', [0, 1, 2]],
  ['with the first one last', [1, 2, 0]],
])('shows one session for all requests that got it, %s', async (_, order) => {
  const file = fileOf(...order.map((at) => lines[at]))
  const sessions = await sessionsOf(accessKeyOf(1), file)
  expect(sessions).toHaveLength(1)
  expect(sessions[0].record.requestId).toBe(first?.requestId)
  expect(Date.parse(sessions[0].session.issued)).toBe(Date.parse(first?.time ?? ''))
  expect(sessions[0].sharedRecords.map((one: { reusedFrom?: string }) => one.reusedFrom)).toEqual([
    first?.requestId,
    first?.requestId,
  ])
  const { stdout } = await runHere(['audit', 'session', accessKeyOf(1), '--records', file])
  expect(stdout).toMatch(/shared +2 other requests got it too/)
  expect(stdout).toContain(`valid          ${issuedAt} to `)
})

it('says when a session was issued of which only a later request is known', async () => {
  const { requestId = '' } = broker.audit[2] ?? {}
  const [session] = await sessionsOf(requestId, fileOf(lines[2]))
  expect(session.record.requestId).toBe(requestId)
  expect(session.session.issued.replace(/\.\d+Z$/, 'Z')).toBe(issuedAt)
  expect(Date.parse(session.session.expires)).toBe(Date.parse(first?.time ?? '') + 60 * MINUTE_MS)
})
