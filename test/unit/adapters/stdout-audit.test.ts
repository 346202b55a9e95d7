/** One line a record, and a rejection where it could not be written. */
import { Writable } from 'node:stream'
import type { AuditRecord } from '@token-broker/core'
import { expect, test } from 'vitest'
import { createStdoutAudit } from '../../../packages/functions/src/adapters/audit/stdout-audit.ts'
import { refusalOf } from './test-server.ts'

const record = {
  time: '2026-01-01T00:00:00Z',
  requestId: 'r',
  endpoint: 'native',
  outcome: 'refused',
  reason: 'two\nlines\u2028',
  durationsMs: {},
} as unknown as AuditRecord

test('a record is one JSON line, and is waited for', async () => {
  const lines: string[] = []
  const stream = new Writable({
    write(chunk, _, done) {
      setTimeout(() => {
        lines.push(String(chunk))
        done()
      }, 10)
    },
  })
  await createStdoutAudit(stream).write(record)
  expect(lines).toEqual([`${JSON.stringify(record)}\n`])
  expect(lines[0]?.trimEnd()).not.toContain('\n')
})

test('a failed write rejects and does not end the process', async () => {
  const stream = new Writable({ write: (_chunk, _encoding, done) => done(new Error('disk full')) })
  const audit = createStdoutAudit(stream)
  expect((await refusalOf(audit.write(record))).code).toBe('internal')
  expect((await refusalOf(audit.write(record))).code).toBe('internal')
})

test('records of one turn of the event loop are one write; each is a line, and each learns of its failure', async () => {
  const writes: string[] = []
  let broken = false
  const stream = new Writable({
    write(chunk, _, done) {
      writes.push(String(chunk))
      done(broken ? new Error('disk full') : null)
    },
  })
  const audit = createStdoutAudit(stream)
  const records = ['a', 'b', 'c'].map((requestId) => ({ ...record, requestId }))
  await Promise.all(records.map((one) => audit.write(one)))
  expect(writes).toEqual([records.map((one) => `${JSON.stringify(one)}\n`).join('')])
  broken = true
  const refusals = await Promise.all(records.map((one) => refusalOf(audit.write(one))))
  expect(refusals.map(({ code }) => code)).toEqual(['internal', 'internal', 'internal'])
})
