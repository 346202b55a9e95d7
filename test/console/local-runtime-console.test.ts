/** The console of `npm start`: it is started when it is first opened, and ends with the runtime. */
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { createConsoleProcess } from '../../packages/local/src/console/console-process.ts'
import { copyRecords } from '../../packages/local/src/console/copied-records.ts'
import { startBrokerProcess } from '../fixtures/broker-process.ts'
import {
  closeAfterTests,
  makeTemporaryFolder,
  startServer,
  tenantDocument,
} from '../fixtures/index.ts'

describe('/console of the local runtime', { timeout: 120_000 }, () => {
  it('leads to the console, with its documents and its records', async () => {
    const sts = await closeAfterTests(startServer((_, response) => response.end()))
    const documents = [tenantDocument('acme', 'https://id.example')]
    const broker = await startBrokerProcess({ documents, stsEndpoint: sts.url })
    let page: URL
    try {
      expect(await get(broker.url, { host: 'evil.example' })).toMatchObject({ status: 403 })
      const crossSite = { 'sec-fetch-site': 'cross-site' }
      expect(await get(broker.url, crossSite)).toMatchObject({ status: 403 })
      await fetch(`${broker.url}/v1/credentials`, { method: 'POST', body: '{"token":"x"}' })

      const { status, headers } = await get(broker.url)
      expect({ status, headers }).toMatchObject({
        status: 302,
        headers: {
          location: /^http:\/\/127\.0\.0\.1:\d+\/#key=[\w-]{43}$/,
          'cache-control': 'no-store',
          'referrer-policy': 'no-referrer',
        },
      })
      // The same process responds again.
      const { headers: again } = await get(broker.url)
      expect(again.location).toBe(headers.location)
      page = new URL(headers.location ?? '')
      const call = async (name: string, input: object) => {
        const response = await fetch(`${page.origin}/api/${name}`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${page.hash.replace('#key=', '')}`,
            'content-type': 'application/json',
          },
          body: JSON.stringify(input),
        })
        return response.json()
      }
      const listed = await call('tenants/list', { source: 'directory', search: '', after: 0 })
      expect(listed).toMatchObject({ rows: [{ name: '0.yaml', tenant: 'acme' }] })
      const start = await call('console/start', {})
      expect(start).toMatchObject({ endpoint: broker.url })
      const copied = readFileSync(start.records[0], 'utf8')
      expect(
        copied
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line)),
      ).toMatchObject([{ outcome: 'refused', code: 'invalid_request' }])
    } finally {
      await broker.close()
    }
    await expect(untilRefused(page.origin)).resolves.toBe(true)
  })
})

describe('the process of the console', { timeout: 60_000 }, () => {
  it('ends when the runtime ends it, and starts again', async () => {
    const console = createConsoleProcess(['--tenants', makeTemporaryFolder(), '--port', '0'])
    const first = new URL(await console.url())
    await console.close()
    await expect(untilRefused(first.origin)).resolves.toBe(true)
    const second = await console.url()
    await console.close()
    expect(second).not.toBe(first.href)
  })
})

describe('the copy of records', () => {
  it('has records only, and ends', () => {
    const file = path.join(makeTemporaryFolder(), 'records.jsonl')
    const written: string[] = []
    const stream = { write: (text: string) => written.push(text) > 0 }
    const before = stream.write
    const end = copyRecords(file, stream as never)
    stream.write('{"time":1}\n')
    stream.write('ready\n')
    end()
    expect(stream.write).toBe(before)
    expect(readFileSync(file, 'utf8')).toBe('{"time":1}\n')
    expect(written).toEqual(['{"time":1}\n', 'ready\n'])
  })
})

interface Received {
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, string | string[] | undefined>> & {
    location?: string | undefined
  }
}

function get(url: string, headers: Record<string, string> = {}): Promise<Received> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/console`, { headers, agent: false }, (response) => {
      response.resume()
      resolve({ status: response.statusCode, headers: response.headers })
    })
    sent.on('error', reject)
    sent.end()
  })
}

/** A process ends a little after its channel has closed. */
async function untilRefused(origin: string): Promise<boolean> {
  for (;;) {
    const responded = await fetch(origin).then(
      () => true,
      () => false,
    )
    if (!responded) return true
  }
}
