/** The local runtime as a process of its own: the broker's bundle, in front of another STS. */
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { AuditRecord } from '@token-broker/core'
import { spawnTied } from './cluster/spawn-tied.ts'

const MAIN = path.join(import.meta.dirname, '../../packages/local/src/main.ts')

export interface BrokerProcess {
  readonly url: string
  /** The record of a request: written before its answer, but a pipe may be slower than a socket. */
  auditOf(requestId: string): Promise<AuditRecord>
  stop(): Promise<void>
}

export async function startBrokerProcess(
  documents: readonly string[],
  stsEndpoint: string,
): Promise<BrokerProcess> {
  const folder = await mkdtemp(path.join(tmpdir(), 'broker-tenants-'))
  await Promise.all(
    documents.map((text, index) => writeFile(path.join(folder, `${index}.json`), text)),
  )
  const flags = ['--no-idp', '--port', '0', '--sts', stsEndpoint, '--tenants', folder]
  const { stdout, ended, end } = spawnTied(process.execPath, [MAIN, ...flags], {
    env: { PATH: process.env.PATH },
  })
  const stop = async () => {
    await end()
    await rm(folder, { recursive: true })
  }
  const records = new Map<string, AuditRecord>()
  return {
    url: await Promise.race([readLines(stdout, records), ended]).catch(async (error) => {
      await stop()
      throw error
    }),
    async auditOf(requestId) {
      for (;;) {
        const record = records.get(requestId)
        if (record) return record
        await once(stdout, 'data')
      }
    },
    stop,
  }
}

/** Resolves with the broker's address when it is ready; its audit records are kept on. */
function readLines(stdout: Readable, records: Map<string, AuditRecord>): Promise<string> {
  let url = ''
  return new Promise((resolve) => {
    createInterface(stdout).on('line', (line) => {
      if (line.startsWith('{')) {
        const record: AuditRecord = JSON.parse(line)
        records.set(record.requestId, record)
      } else if (line.startsWith('broker ')) url = line.slice('broker '.length).trim()
      else if (line === 'ready') resolve(url)
    })
  })
}
