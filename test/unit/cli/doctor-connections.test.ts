/** `token-broker doctor`: what it says of the servers that it calls, a broker and its issuers. */
import { describe, expect, it } from 'vitest'
import { createExpiredCertificate, startTlsServer } from '../../fixtures/certificates.ts'
import {
  closeAfterTests,
  startIssuer,
  startServedBroker,
  startServer,
  tenantDocument,
} from '../../fixtures/index.ts'
import { startDoctorBench } from './doctor-bench.ts'
import { runCli } from './run-cli.ts'
import { createTenantFolder } from './tenant-folder.ts'

const { broker, write, examine, withSettings } = await startDoctorBench()

describe('endpoint', () => {
  it.each([
    'broker.example',
    'http://broker.example',
    'https://broker.example/v1',
    'https://u@b.c',
  ])('%s is refused', async (url) => {
    const { code, stderr } = await runCli(['doctor', '--endpoint', url])
    expect([code, stderr]).toEqual([1, expect.stringContaining('--endpoint: expected the URL')])
  })

  it('does not respond', async () => {
    const { code, of } = await examine([
      '--endpoint',
      'http://127.0.0.1:9',
      '--allow-loopback-http',
    ])
    expect(code).toBe(3)
    expect(of('endpoint')[0]).toContain('cannot be reached (ECONNREFUSED)')
    expect(of('readiness')).toEqual(['skipped: the broker does not respond'])
  })

  it('is no broker, with a clock of its own', async () => {
    const server = await startServer((_, response) => {
      response.setHeader('date', new Date(Date.now() - 600_000).toUTCString())
      response.end('<html>')
    })
    closeAfterTests(server)
    const { of } = await examine(['--endpoint', server.url, '--allow-loopback-http'])
    expect(of('endpoint')[0]).toContain('responds with status 200, and not as a broker does')
    expect(of('clock')[0]).toMatch(/^failed: that of 127\S+ is (599|600|601) s behind/)
    expect(of('own issuer: discovery')[0]).toContain('is not a JSON object')
  })

  it('has an expired certificate', async () => {
    const server = await startTlsServer(createExpiredCertificate(), (_, response) =>
      response.end('ok'),
    )
    closeAfterTests(server)
    const { code, of } = await examine(['--endpoint', server.url, '--allow-loopback-http'])
    expect(code).toBe(3)
    expect(of('endpoint: TLS')[0]).toMatch(/^failed: expired 2[45] h ago/)
    expect(of('own issuer: TLS certificate')[0]).toMatch(/^failed: expired/)
  })

  it('belongs to a broker that cannot issue credentials', async () => {
    const { BROKER_SIGNING_KEY: _, ...environment } = broker.environment
    const unready = await startServedBroker({
      issuer: broker.issuer,
      environment: { ...environment, BROKER_SIGNING_KEY: undefined },
    })
    const { code, of, checks } = await examine([
      ...['--endpoint', unready.url, '--allow-loopback-http'],
    ])
    expect(code).toBe(3)
    expect(of('readiness')[0]).toMatch(/^failed: .*\(signing_key_missing\)$/)
    expect(checks.find(({ check }) => check === 'readiness')?.fix?.length).toBeGreaterThan(10)
  })
})

describe('issuers', () => {
  it('whose discovery names another', async () => {
    const server = await startServer((_, response) =>
      response.end(JSON.stringify({ issuer: 'https://other.example', jwks_uri: 'https://o/k' })),
    )
    closeAfterTests(server)
    const { code, of } = await withSettings({ BROKER_ISSUER: server.url })
    expect(code).toBe(3)
    expect(of('own issuer: issuer name')).toEqual([
      `failed: expected ${server.url}, found https://other.example`,
    ])
  })

  it('of the broker must be public', async () => {
    const { of } = await withSettings({
      BROKER_ISSUER: 'https://10.0.0.1',
      BROKER_PRIVATE_ISSUER_HOSTS: '10.0.0.1',
    })
    expect(of('own issuer: address')[0]).toContain('private address 10.0.0.1')
  })

  it('of tenants that cannot be reached, or need no call', async () => {
    const down = await startIssuer()
    await down.close()
    const { directory, write: put } = await createTenantFolder()
    await put('beta.yaml', tenantDocument('beta', down.url))
    const { code, of } = await examine(['--tenants', directory, '--allow-loopback-http'])
    expect(code).toBe(3)
    expect(of('tenant documents')).toEqual(['ok: 2 tenants, 2 issuers'])
    expect(of('issuer https://idp.example.com')).toEqual(['skipped: its keys are in the document'])
    expect(of(`issuer ${down.url}: discovery`)[0]).toContain('cannot be reached (ECONNREFUSED)')
  })

  it('of documents that are invalid', async () => {
    const { of } = await examine(['--tenants', write('invalid.yaml', 'tenant: A')])
    expect(of('tenant documents')[0]).toMatch(/^failed: \d+ errors$/)
  })
})
