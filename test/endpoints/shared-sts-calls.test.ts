/** Requests for the same decision at the same time, of a grant with `reuse`: one call of STS. */
import { expect, it, vi } from 'vitest'
import { tenantDocument } from '../fixtures/index.ts'
import { accessKeyOf, type ReuseBroker, request, startReuseBroker } from './reuse-broker.ts'

const CLIENTS = 20

/** Starts requests at the same time, once all of them wait for the one call of STS. */
async function waitingFor(broker: ReuseBroker, signals: readonly AbortSignal[] = []) {
  const calls = broker.holdCalls()
  const token = await broker.token()
  // The first one loads keys, tenant and code.
  const started = Array.from({ length: CLIENTS }, (_, at) => {
    const signal = signals[at]
    return request(broker, { token, ...(signal && { signal }) })
  })
  await expect.poll(() => calls.held).toBe(1)
  return { calls, started }
}

it('makes one call, and a record for each response', async () => {
  const broker = await startReuseBroker()
  const { calls, started } = await waitingFor(broker)
  calls.release()
  const responses = await Promise.all(started)
  expect(responses.map(({ accessKeyId }) => accessKeyId)).toEqual(
    Array.from({ length: CLIENTS }, () => accessKeyOf(1)),
  )
  expect(broker.sts.calls).toHaveLength(1)
  const [first, ...others] = broker.audit
    .toSorted((a, b) => Number(a.reusedFrom !== undefined) - Number(b.reusedFrom !== undefined))
    .map(({ requestId, reusedFrom, accessKeyId }) => ({ requestId, reusedFrom, accessKeyId }))
  expect(first?.reusedFrom).toBeUndefined()
  expect(others).toHaveLength(CLIENTS - 1)
  for (const other of others)
    expect(other).toMatchObject({ reusedFrom: first?.requestId, accessKeyId: accessKeyOf(1) })
})

it('times the stages of all of them', async () => {
  const broker = await startReuseBroker({ monotonicNs: process.hrtime.bigint })
  const { calls, started } = await waitingFor(broker)
  await vi.waitFor(() => expect(calls.held).toBe(1))
  calls.release()
  await Promise.all(started)
  for (const { durationsMs } of broker.audit)
    expect(Object.keys(durationsMs)).toEqual([
      ...['verify', 'resolve', 'match', 'render', 'obtain', 'assume'],
    ])
})

it('refuses each of them where STS refuses, and keeps nothing of it', async () => {
  const broker = await startReuseBroker()
  const { calls, started } = await waitingFor(broker)
  calls.release((response) => {
    const error = '<Error><Code>AccessDenied</Code><Message>no</Message></Error>'
    response.writeHead(403).end(`<ErrorResponse>${error}</ErrorResponse>`)
  })
  const responses = await Promise.all(started)
  expect(responses.map(({ body }) => body.code)).toEqual(
    Array.from({ length: CLIENTS }, () => 'sts_rejected'),
  )
  expect(broker.sts.calls).toHaveLength(1)
  expect(new Set(broker.audit.map(({ requestId }) => requestId)).size).toBe(CLIENTS)
  for (const record of broker.audit) {
    expect(record).toMatchObject({ outcome: 'refused', code: 'sts_rejected' })
    expect(record).not.toHaveProperty('reusedFrom')
    expect(record.durationsMs).toHaveProperty('assume')
  }
  broker.issueInOrder()
  expect((await request(broker)).accessKeyId).toBe(accessKeyOf(1))
  expect(broker.sts.calls).toHaveLength(2)
})

it.each(['the first', 'another'])(
  'goes on where %s of them reaches its deadline',
  async (which) => {
    const broker = await startReuseBroker()
    const deadline = new AbortController()
    const patient = new AbortController().signal
    const late = which === 'the first' ? 0 : 3
    const signals = Array.from({ length: CLIENTS }, (_, at) =>
      at === late ? deadline.signal : patient,
    )
    const { calls, started } = await waitingFor(broker, signals)
    deadline.abort()
    expect(await started[late]).toMatchObject({
      status: 503,
      body: { code: 'upstream_unavailable' },
    })
    expect(calls.abandoned).toBe(0)
    calls.release()
    const others = await Promise.all(started.filter((_, at) => at !== late))
    expect(new Set(others.map(({ accessKeyId }) => accessKeyId))).toEqual(new Set([accessKeyOf(1)]))
    expect(broker.sts.calls).toHaveLength(1)
  },
)

it('ends where all of them reach their deadline, and the next request makes another', async () => {
  const broker = await startReuseBroker()
  const deadline = new AbortController()
  const signals = Array.from({ length: CLIENTS }, () => deadline.signal)
  const { calls, started } = await waitingFor(broker, signals)
  deadline.abort()
  for (const { status } of await Promise.all(started)) expect(status).toBe(503)
  await expect.poll(() => calls.abandoned).toBe(1)
  broker.issueInOrder()
  expect((await request(broker)).accessKeyId).toBe(accessKeyOf(1))
  expect(broker.sts.calls).toHaveLength(2)
  expect(calls.held).toBe(1)
})

it('is made for each request where the grant has no reuse', async () => {
  const broker = await startReuseBroker({ documents: (url) => [tenantDocument('acme', url)] })
  const calls = broker.holdCalls()
  const started = [request(broker), request(broker)]
  await expect.poll(() => calls.held).toBe(2)
  calls.release()
  const keys = (await Promise.all(started)).map(({ accessKeyId }) => accessKeyId)
  expect(new Set(keys).size).toBe(2)
})

it('is not shared by decisions that differ', async () => {
  const broker = await startReuseBroker()
  const calls = broker.holdCalls()
  const started = [request(broker), request(broker, { claims: { sub: 'bob' } })]
  await expect.poll(() => calls.held).toBe(2)
  calls.release()
  const keys = (await Promise.all(started)).map(({ accessKeyId }) => accessKeyId)
  expect(new Set(keys).size).toBe(2)
})
