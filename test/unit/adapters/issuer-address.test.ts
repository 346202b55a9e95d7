/** Issuers are called at public addresses only, and at the address that was checked. */
import type { LookupAddress } from 'node:dns'
import net from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createJsonFetcher } from '../../../packages/functions/src/adapters/verifiers/https-json.ts'
import { refusalOf } from './calls.ts'

/** It ends each connection, so that a call which reaches it fails with another message. */
const server = net.createServer((socket) => {
  connections++
  socket.destroy()
})
let connections = 0
let port = 0
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  port = typeof address === 'object' && address ? address.port : 0
})
afterAll(() => server.close())
beforeEach(() => {
  connections = 0
})

describe('a name', () => {
  it.each([
    ['10.0.0.5', 'private'],
    ['192.168.1.1', 'private'],
    ['100.64.1.1', 'private'],
    ['fd12::5', 'private'],
    ['127.0.0.1', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
  ])('that points to %s is not called, unless it is listed', async (address, kind) => {
    const { message } = await call(address)
    expect(message).toBe(
      `https://id.corp.example:${port}/keys is at the ${kind} address ${address}, ` +
        'which is not called; if this is intended, list its host in BROKER_PRIVATE_ISSUER_HOSTS.',
    )
    expect(connections).toBe(0)
  })

  it.each([
    '169.254.169.254',
    '169.254.170.2',
    'fd00:ec2::254',
    'fe80::1',
    '0.0.0.0',
    '::',
    '224.0.0.1',
    '64:ff9b::a9fe:a9fe',
  ])('that points to %s is never called, even if it is listed', async (address) => {
    const { message } = await call(address, { privateHosts: ['id.corp.example'] })
    expect(message).toBe(
      `https://id.corp.example:${port}/keys is at the reserved address ${address}, ` +
        'which is not called.',
    )
  })

  it('that points to a loopback address is called if listed, or in the local runtime', async () => {
    for (const rule of [{ privateHosts: ['id.corp.example'] }, { allowLoopback: true }])
      expect((await call('127.0.0.1', rule)).message).toContain('could not be read')
    expect(connections).toBe(2)
  })

  it('is listed exactly: neither its parent nor its child is', async () => {
    for (const host of ['corp.example', 'a.id.corp.example', 'id.corp.example.', '10.0.0.5'])
      expect((await call('127.0.0.1', { privateHosts: [host] })).message).toContain('not called')
    expect(connections).toBe(0)
  })

  it('is not called in a private network by the local runtime', async () => {
    const { message } = await call('10.0.0.5', { allowLoopback: true })
    expect(message).toContain('is at the private address 10.0.0.5')
  })

  it('is not called if one of its addresses is refused', async () => {
    for (const addresses of [
      ['127.0.0.1', '10.0.0.5'],
      ['10.0.0.5', '127.0.0.1'],
    ]) {
      const { message } = await call(addresses, { allowLoopback: true })
      expect(message).toContain('is at the private address 10.0.0.5')
    }
    expect(connections).toBe(0)
  })

  it('that points elsewhere at a second look-up is connected to where it was checked', async () => {
    const addresses = ['127.0.0.1', '10.0.0.5']
    let lookups = 0
    const fetchJson = createJsonFetcher(
      { allowLoopback: true, privateHosts: new Set() },
      { resolveName: async () => [{ address: addresses[lookups++] ?? '', family: 4 }] },
    )
    const url = `https://id.corp.example:${port}/keys`
    expect((await refusalOf(fetchJson(url))).message).toContain('could not be read')
    expect([lookups, connections]).toEqual([1, 1])
    expect((await refusalOf(fetchJson(url))).message).toContain(
      'is at the private address 10.0.0.5',
    )
    expect([lookups, connections]).toEqual([2, 1])
  })

  it('that does not exist is reported as such', async () => {
    const fetchJson = createJsonFetcher(
      { allowLoopback: false, privateHosts: new Set() },
      {
        resolveName: () =>
          Promise.reject(Object.assign(new Error('not found'), { code: 'ENOTFOUND' })),
      },
    )
    const { code, message } = await refusalOf(fetchJson('https://id.corp.example/'))
    expect(code).toBe('issuer_unavailable')
    expect(message).toContain('could not be read (ENOTFOUND)')
  })

  it('is looked up by the system', async () => {
    const fetchJson = createJsonFetcher({ allowLoopback: false, privateHosts: new Set() })
    const { message } = await refusalOf(fetchJson(`https://localhost:${port}/`))
    expect(message).toContain('is at the loopback address')
    const local = createJsonFetcher({ allowLoopback: true, privateHosts: new Set() })
    expect((await refusalOf(local(`https://localhost:${port}/`))).message).toContain('could not be')
    expect(connections).toBe(1)
  })
})

describe('an address in a URL, which is not looked up', () => {
  it.each([
    ['127.0.0.1', 'loopback', '127.0.0.1'],
    ['[::1]', 'loopback', '::1'],
    ['2130706433', 'loopback', '127.0.0.1'],
    ['0x7f.1', 'loopback', '127.0.0.1'],
    ['0177.0.0.1', 'loopback', '127.0.0.1'],
    ['[::ffff:127.0.0.1]', 'loopback', '::ffff:7f00:1'],
    ['10.0.0.5', 'private', '10.0.0.5'],
    ['[fd12::5]', 'private', 'fd12::5'],
    ['169.254.169.254', 'reserved', '169.254.169.254'],
    ['[fd00:ec2::254]', 'reserved', 'fd00:ec2::254'],
  ])('%s is not called', async (host, kind, address) => {
    const fetchJson = createJsonFetcher(
      { allowLoopback: false, privateHosts: new Set() },
      { resolveName: unexpectedLookup },
    )
    const { code, message } = await refusalOf(fetchJson(`https://${host}:${port}/keys`))
    expect(code).toBe('issuer_unavailable')
    expect(message).toContain(`is at the ${kind} address ${address}, which is not called`)
    expect(connections).toBe(0)
  })

  it('is called if it is listed', async () => {
    const fetchJson = createJsonFetcher(
      { allowLoopback: false, privateHosts: new Set(['127.0.0.1']) },
      { resolveName: unexpectedLookup },
    )
    const { message } = await refusalOf(fetchJson(`https://127.0.0.1:${port}/keys`))
    expect(message).toContain('could not be read')
    expect(connections).toBe(1)
  })
})

async function call(
  addresses: string | readonly string[],
  { allowLoopback = false, privateHosts = [] as readonly string[] } = {},
) {
  const found = [addresses]
    .flat()
    .map((address): LookupAddress => ({ address, family: net.isIP(address) }))
  const rule = { allowLoopback, privateHosts: new Set(privateHosts) }
  const refusal = await refusalOf(
    createJsonFetcher(rule, { resolveName: async () => found })(
      `https://id.corp.example:${port}/keys`,
    ),
  )
  expect(refusal.code).toBe('issuer_unavailable')
  return refusal
}

async function unexpectedLookup(): Promise<LookupAddress[]> {
  throw new Error('an address was looked up')
}
