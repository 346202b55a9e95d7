/** A session that the test broker issued to alice, with its record, and commands about it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { makeTemporaryFolder, startTestBroker, tenantDocument } from '../../fixtures/index.ts'
import type { EventOwner } from './cloudtrail-events.ts'
import { runHere } from './run-cli.ts'

export type RecordedSession = Awaited<ReturnType<typeof recordSession>>

/**
 * @param fields of her request; `documents` has the broker's own document
 * @returns records with inputs where the document says so
 */
export async function recordSession({
  fields = {},
  documents = (issuer: string) => tenantDocument('acme', issuer),
}: {
  readonly fields?: object
  readonly documents?: (issuer: string) => string
} = {}) {
  const folder = makeTemporaryFolder()
  const tenants = path.join(folder, 'tenants')
  const broker = await startTestBroker({
    documents: (url) => [documents(url)],
    inputsAsDocumented: true,
  })
  const token = await broker.token({ groups: ['admins'] })
  await broker.post('/v1/credentials', token, fields)
  await broker.post('/v1/credentials', await broker.token({ blocked: true }))
  mkdirSync(tenants)
  writeFileSync(path.join(tenants, 'acme.yaml'), documents(broker.issuer.url))
  const [issued, refused] = broker.audit
  const { accessKeyId = '', assumedRoleArn = '', time = '' } = issued ?? {}
  const owner: EventOwner = { accessKeyId, assumedRoleArn, time }
  const write = (name: string, text: string | Buffer) => {
    const file = path.join(folder, name)
    writeFileSync(file, text)
    return file
  }
  const records = write('records.log', `${broker.auditLines.join('\n')}\n`)
  const session = (...args: readonly string[]) =>
    runHere(['audit', 'session', accessKeyId, '--records', records, ...args])
  return {
    ...{ folder, tenants, owner, records, write, session },
    requestIds: { issued: issued?.requestId ?? '', refused: refused?.requestId ?? '' },
    /** The session policy that STS got. */
    sentPolicy: String(broker.sts.calls[0]?.get('Policy')),
    /** A file as a trail writes it. */
    trail: (...events: readonly object[]) =>
      write(`${crypto.randomUUID()}.json`, JSON.stringify({ Records: events })),
    fieldsOf: async (...args: readonly string[]) => {
      const { stdout } = await session('--format', 'json', ...args)
      return JSON.parse(stdout).sessions[0]
    },
  }
}
