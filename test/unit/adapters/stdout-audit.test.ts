/** One line per audit record, and a rejection if it could not be written. */
import { Writable } from 'node:stream'
import type { AuditRecord } from '@token-broker/core'
import { describe, expect, it } from 'vitest'
import { printableJson } from '../../../packages/functions/src/adapters/audit/printable-json.ts'
import { createStdoutAudit } from '../../../packages/functions/src/adapters/audit/stdout-audit.ts'
import { refusalOf } from './calls.ts'

describe('write', () => {
  it('writes one JSON line per record, and resolves once it is written', async () => {
    const lines: string[] = []
    const stream = new Writable({
      write(chunk, _, done) {
        setTimeout(() => {
          lines.push(String(chunk))
          done()
        }, 10)
      },
    })
    await createStdoutAudit(stream).write(RECORD)
    expect(lines).toEqual([`${printableJson(RECORD)}\n`])
    expect(lines[0]).toMatch(/^[\x20-\x7e]*\n$/)
    expect(JSON.parse(String(lines[0]))).toEqual(RECORD)
  })

  it('rejects if the stream fails, and does not end the process', async () => {
    const stream = new Writable({
      write: (_chunk, _encoding, done) => done(new Error('disk full')),
    })
    const audit = createStdoutAudit(stream)
    expect((await refusalOf(audit.write(RECORD))).code).toBe('internal')
    expect((await refusalOf(audit.write(RECORD))).code).toBe('internal')
  })

  it('writes records of one turn of the event loop together, and rejects each', async () => {
    const writes: string[] = []
    let isBroken = false
    const stream = new Writable({
      write(chunk, _, done) {
        writes.push(String(chunk))
        done(isBroken ? new Error('disk full') : null)
      },
    })
    const audit = createStdoutAudit(stream)
    const records = ['a', 'b', 'c'].map((requestId) => ({ ...RECORD, requestId }))
    await Promise.all(records.map((one) => audit.write(one)))
    expect(writes).toEqual([records.map((one) => `${printableJson(one)}\n`).join('')])
    isBroken = true
    const refusals = await Promise.all(records.map((one) => refusalOf(audit.write(one))))
    expect(refusals.map(({ code }) => code)).toEqual(['internal', 'internal', 'internal'])
  })
})

const RECORD = {
  time: '2026-01-01T00:00:00Z',
  requestId: 'r',
  endpoint: 'native',
  outcome: 'refused',
  reason: 'two\nlines\u2028',
  durationsMs: {},
} as unknown as AuditRecord
