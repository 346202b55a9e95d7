/** One line per audit record, and a rejection if it is not written in time. */
import { getEventListeners } from 'node:events'
import { Writable } from 'node:stream'
import type { AuditRecord } from '@token-broker/core'
import { describe, expect, it } from 'vitest'
import { printableJson } from '../../../packages/functions/src/adapters/audit/printable-json.ts'
import { createStdoutAudit } from '../../../packages/functions/src/adapters/audit/stdout-audit.ts'
import { NO_DEADLINE, refusalOf } from './calls.ts'

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
    await createStdoutAudit(stream, collect().stream).write(RECORD, NO_DEADLINE)
    expect(lines).toEqual([`${printableJson(RECORD)}\n`])
    expect(lines[0]).toMatch(/^[\x20-\x7e]*\n$/)
    expect(JSON.parse(String(lines[0]))).toEqual(RECORD)
  })

  it('rejects if the stream fails, and does not end the process', async () => {
    const stream = new Writable({
      write: (_chunk, _encoding, done) => done(new Error('disk full')),
    })
    const errors = collect()
    const audit = createStdoutAudit(stream, errors.stream)
    expect((await refusalOf(audit.write(RECORD, NO_DEADLINE))).code).toBe('internal')
    expect((await refusalOf(audit.write(RECORD, NO_DEADLINE))).code).toBe('internal')
    expect(errors.values()).toEqual([unwritten(/disk full/), unwritten(/./)])
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
    const errors = collect()
    const audit = createStdoutAudit(stream, errors.stream)
    const records = ['a', 'b', 'c'].map((requestId) => ({ ...RECORD, requestId }))
    await Promise.all(records.map((one) => audit.write(one, NO_DEADLINE)))
    expect(writes).toEqual([records.map((one) => `${printableJson(one)}\n`).join('')])
    isBroken = true
    const refusals = await Promise.all(
      records.map((one) => refusalOf(audit.write(one, NO_DEADLINE))),
    )
    expect(refusals.map(({ code }) => code)).toEqual(['internal', 'internal', 'internal'])
    expect(errors.values().map(({ record }) => record)).toEqual(records)
  })
})

describe('a stream that confirms nothing', () => {
  it('rejects at the deadline, and the record is written to the other stream', async () => {
    const silent = collect({ confirms: false })
    const errors = collect()
    const audit = createStdoutAudit(silent.stream, errors.stream)
    const deadline = new AbortController()
    const refusal = refusalOf(audit.write(RECORD, deadline.signal))
    await expect.poll(() => silent.values()).toEqual([RECORD])
    expect(errors.values()).toEqual([])
    deadline.abort()
    expect((await refusal).code).toBe('internal')
    expect(errors.values()).toEqual([unwritten(/did not confirm it before the deadline/)])
    expect(errors.lines).toEqual([expect.stringMatching(/^[\x20-\x7e]*\n$/)])
  })

  it('writes the records that it has not written, once it recovers', async () => {
    const silent = collect({ confirms: false })
    const errors = collect()
    const audit = createStdoutAudit(silent.stream, errors.stream)
    const deadline = AbortSignal.timeout(30)
    const records = ['a', 'b'].map((requestId) => ({ ...RECORD, requestId }))
    const first = refusalOf(audit.write({ ...RECORD, requestId: 'a' }, deadline))
    await expect.poll(() => silent.lines).toHaveLength(1)
    await Promise.all([first, refusalOf(audit.write({ ...RECORD, requestId: 'b' }, deadline))])
    expect(silent.values()).toEqual(records.slice(0, 1))
    silent.confirm()
    await audit.write(RECORD, NO_DEADLINE)
    expect(silent.values()).toEqual([...records, RECORD])
    expect(errors.values().map(({ record }) => record)).toEqual(records)
  })

  it('does not wait where the deadline has passed, and both streams get the record', async () => {
    const late = collect()
    const errors = collect()
    const audit = createStdoutAudit(late.stream, errors.stream)
    expect((await refusalOf(audit.write(RECORD, AbortSignal.abort()))).code).toBe('internal')
    await expect.poll(() => late.values()).toEqual([RECORD])
    expect(errors.values()).toEqual([unwritten(/deadline/)])
  })

  it('is not reported twice if it fails after the deadline', async () => {
    const failing = new Writable({
      write: (_chunk, _encoding, done) => void setTimeout(() => done(new Error('disk full')), 30),
    })
    const errors = collect()
    const audit = createStdoutAudit(failing, errors.stream)
    await refusalOf(audit.write(RECORD, AbortSignal.timeout(5)))
    await new Promise((resolve) => failing.once('close', resolve))
    expect(errors.values()).toEqual([unwritten(/deadline/)])
  })

  it('does not end the process if the other stream fails, too', async () => {
    const broken = () =>
      new Writable({ write: (_chunk, _encoding, done) => done(new Error('disk full')) })
    const audit = createStdoutAudit(broken(), broken())
    expect((await refusalOf(audit.write(RECORD, NO_DEADLINE))).code).toBe('internal')
  })
})

it('a record that is written in time leaves no listener at the signal', async () => {
  const { signal } = new AbortController()
  await createStdoutAudit(collect().stream, collect().stream).write(RECORD, signal)
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

/** A stream, and the lines that it was given. */
function collect({ confirms = true } = {}) {
  const lines: string[] = []
  const unconfirmed: (() => void)[] = []
  let isSilent = !confirms
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      if (isSilent) unconfirmed.push(done)
      else done()
    },
  })
  return {
    stream,
    lines,
    values: () =>
      lines.flatMap((text) =>
        text
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line)),
      ),
    confirm() {
      isSilent = false
      for (const done of unconfirmed.splice(0)) done()
    },
  }
}

/** A line about a record that was not written. */
function unwritten(reason: RegExp) {
  return {
    ...{ time: RECORD.time, requestId: 'r', endpoint: 'native' },
    ...{ outcome: 'error', code: 'internal', reason: expect.stringMatching(reason) },
    record: RECORD,
  }
}

const RECORD = {
  time: '2026-01-01T00:00:00Z',
  requestId: 'r',
  endpoint: 'native',
  outcome: 'refused',
  reason: 'two\nlines\u2028',
  durationsMs: {},
} as unknown as AuditRecord
