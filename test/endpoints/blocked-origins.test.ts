/** What the operator's log says where a browser keeps a response from a page. */
import { describe, expect, it } from 'vitest'
import { startTestBroker, tenantDocument } from '../fixtures/index.ts'

const ORIGIN = 'https://app.acme.example'
let nowNs = 0n
const SECOND_NS = 1_000_000_000n
const MINUTE_NS = 60n * SECOND_NS
const broker = await startTestBroker({
  documents: (url) => [
    tenantDocument('acme', url, { allowedOrigins: [ORIGIN, 'http://localhost:5173'] }),
    tenantDocument('beta', url, { allowedOrigins: ['https://beta.example'] }),
  ],
  monotonicNs: () => nowNs,
})

/** The lines that were logged during a request, a minute after all others. */
async function blocked(send: () => Promise<unknown>, waitNs = MINUTE_NS) {
  nowNs += waitNs
  const before = broker.errorText.length
  await send()
  return broker.errorText.slice(before).map((line) => {
    expect(line).toMatch(/^\{[^\p{Cc}\p{Cf}]*\}\n$/u)
    return JSON.parse(line)
  })
}

const preflight = (origin: string) => () =>
  broker.send({ method: 'OPTIONS', path: '/v1/credentials', headers: { origin } })
const request =
  (origin: string, body: object = {}, claims: object = {}) =>
  async () =>
    broker.post('/v1/credentials', await broker.token(claims), body, { origin })

describe('an origin that no document allows', () => {
  it.each([
    ['https://app.acme.example:8443', ORIGIN],
    ['http://app.acme.example', ORIGIN],
    ['https://www.app.acme.example', ORIGIN],
    ['http://127.0.0.1:5173', 'http://localhost:5173'],
    ['https://localhost:5173', 'http://localhost:5173'],
    ['https://other.example', undefined],
    ['not a url', undefined],
  ])('%s is logged with what to do, and the closest one', async (origin, closest) => {
    const where = 'A browser keeps the response from the page: its origin is not in allowedOrigins '
    expect(await blocked(preflight(origin))).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-/),
        ...{ event: 'cors', outcome: 'blocked', origin },
        ...(closest === undefined ? {} : { closest }),
        reason:
          `${where}of any tenant document; add it there.` +
          (closest === undefined ? '' : ` The closest one that is allowed is ${closest}.`),
      },
    ])
  })

  it('is logged once a minute, whatever the request', async () => {
    const all = async () => {
      await preflight('https://one.example')()
      await request('https://one.example', { tenant: 'nobody' })()
      await broker.postForm('/sts', {})
    }
    expect(await blocked(all)).toHaveLength(1)
    expect(await blocked(all, MINUTE_NS - SECOND_NS)).toEqual([])
    expect(await blocked(all, SECOND_NS)).toHaveLength(1)
  })

  it('is null: the page has no origin', async () => {
    const [line] = await blocked(preflight('null'))
    expect(line.reason).toContain('sandboxed frames have the origin null')
  })

  it('is escaped and shortened, without a token', async () => {
    const hostile = `https://x.example/\u001b[2J\u202e"},{"event":"issued"`
    const [line] = await blocked(preflight(hostile))
    expect(line.origin).toBe(hostile)
    const [long] = await blocked(preflight(`https://${'x'.repeat(1000)}.example`))
    expect(long.origin).toHaveLength(256)
    const [token] = await blocked(preflight('eyJhbGciOiJFUzI1NiJ9.CANARY.CANARY'))
    expect(token.origin).toBe('[token]')
  })
})

it('logs at most 20 origins a minute, and that there were more', async () => {
  const many = async () => {
    for (let index = 0; index < 100; index++) await preflight(`https://${index}.example`)()
  }
  const lines = await blocked(many)
  expect(lines).toHaveLength(21)
  expect(lines.at(-1)).toMatchObject({
    event: 'cors',
    reason: 'More than 20 origins were blocked within a minute.',
  })
  expect(lines.at(-1)).not.toHaveProperty('origin')
})

it('names the tenant whose response the page may not read', async () => {
  const [line] = await blocked(request('https://beta.example'))
  expect(line).toMatchObject({
    ...{ origin: 'https://beta.example', tenant: 'acme' },
    reason: expect.stringContaining('not in allowedOrigins of tenant acme; add it there.'),
  })
  const near = await blocked(request('https://app.acme.exampel'))
  expect(near[0]).toMatchObject({ tenant: 'acme', closest: ORIGIN })
})

it('logs nothing where the page may read the response, or where there is no page', async () => {
  expect(await blocked(preflight(ORIGIN))).toEqual([])
  expect(await blocked(request(ORIGIN))).toEqual([])
  expect(await blocked(request(ORIGIN, { grant: 'write' }))).toEqual([])
  expect(await blocked(async () => broker.post('/v1/credentials', await broker.token()))).toEqual(
    [],
  )
})
