/** Records have what a decision read, where the document says so, and nothing else of a token. */
import { describe, expect, it } from 'vitest'
import { startTestBroker, tenantDocument } from '../fixtures/index.ts'
import type { TestBrokerOptions } from '../fixtures/test-broker.ts'

const PATH = '/v1/credentials'
const CANARY = 'canary-5e1f0c'
const UNREAD = { email: `${CANARY}@example.com`, address: { street: CANARY }, [CANARY]: true }
const RECORDING = { documents: (url: string) => [`${tenantDocument('acme', url)}${RECORD_INPUTS}`] }
const RECORD_INPUTS = 'recordInputs: used-claims\n'

function start(options: TestBrokerOptions = RECORDING) {
  return startTestBroker({ ...options, inputsAsDocumented: true })
}

describe('a tenant that records inputs', () => {
  it('has the claims that its document reads, and no other one', async () => {
    const broker = await start()
    const token = await broker.token({ groups: ['staff'], ...UNREAD })
    await broker.post(PATH, token, { grant: 'read', durationSeconds: 900 })
    const [line = ''] = broker.auditLines
    expect(JSON.parse(line).inputs).toEqual({
      endpoint: 'native',
      token: {
        kind: 'jwt',
        issuer: broker.issuer.url,
        claims: {
          ...{ iss: broker.issuer.url, aud: 'acme-app', sub: 'alice', groups: ['staff'] },
          ...{ iat: expect.any(Number), exp: expect.any(Number) },
        },
      },
      request: { grant: 'read', durationSeconds: 900 },
    })
    expect(line).not.toContain(CANARY)
    for (const part of token.split('.')) expect(line).not.toContain(part)
  })

  it('has them for a refusal too', async () => {
    const broker = await start()
    await broker.post(PATH, await broker.token({ blocked: true, ...UNREAD }))
    const [line = ''] = broker.auditLines
    expect(JSON.parse(line).inputs.token.claims).toMatchObject({ blocked: true })
    expect(line).not.toContain(CANARY)
  })

  it('has nothing of a caller whom it does not accept', async () => {
    const broker = await start()
    await broker.post(PATH, await broker.token({ aud: 'other' }))
    await broker.post(PATH, await broker.token({ exp: 1 }))
    for (const line of broker.auditLines) expect(JSON.parse(line)).not.toHaveProperty('inputs')
    expect(broker.auditLines).toHaveLength(2)
  })

  it('writes integers of 64 bits with all their digits', async () => {
    const broker = await start()
    const seconds = Math.floor(Date.now() / 1000)
    const claims = {
      ...{ iss: broker.issuer.url, aud: 'acme-app', sub: 'alice', groups: ['NUMBER'] },
      ...{ iat: seconds, exp: seconds + 60 },
    }
    const text = JSON.stringify(claims).replace('"NUMBER"', '9007199254740993')
    await broker.post(PATH, await broker.issuer.signBytes(Buffer.from(text)))
    expect(broker.auditLines[0]).toContain('"groups":[9007199254740993]')
  })

  it('leaves out inputs that are too large, and issues nevertheless', async () => {
    const broker = await start()
    const groups = Array.from({ length: 800 }, (_, index) => `group-${index}`)
    const response = await broker.post(PATH, await broker.token({ groups }))
    expect(response.status).toBe(200)
    expect(JSON.parse(broker.auditLines[0] ?? '').inputs).toBe('too large')
  })
})

describe('a tenant that does not', () => {
  it('has no inputs', async () => {
    const broker = await start({})
    await broker.post(PATH, await broker.token(UNREAD))
    const [line = ''] = broker.auditLines
    expect(JSON.parse(line)).not.toHaveProperty('inputs')
    expect(line).not.toContain(CANARY)
  })
})
