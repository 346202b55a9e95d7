/** Starts the built function with wrong settings, as Lambda does, and sends it three requests. */
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { compileTenants, tenantsFile } from '@token-broker/core/document'
import { newSigningKey } from '../../packages/local/src/new-signing-key.ts'
import type { Messages } from './mistake.ts'
import { ORCHARD } from './orchard.ts'
import { sampleToken } from './sample-token.ts'
import { SECRET_SETTING, type SettingMistake } from './setting-mistakes.ts'

const BUNDLE = path.join(import.meta.dirname, '../../dist/broker/index.mjs')
/** What a load balancer, STS and a caller request. */
const EVENTS = [
  ['GET', '/healthz', 'ready'],
  ['GET', '/.well-known/openid-configuration', ''],
  ['POST', '/v1/credentials', ''],
].map(([method, rawPath, rawQueryString]) => ({
  ...{ version: '2.0', routeKey: '$default', rawPath, rawQueryString, isBase64Encoded: false },
  headers: { authorization: `Bearer ${sampleToken()}` },
  requestContext: { stage: '$default', http: { method, path: rawPath, sourceIp: '192.0.2.1' } },
}))

/** The responses are written to descriptor 3, because stdout is the log. */
const INVOKE = `
import { writeSync } from 'node:fs'
const { handler } = await import(process.env.BUNDLE)
const responses = []
for (const event of JSON.parse(process.env.EVENTS))
  responses.push(await handler(event, { getRemainingTimeInMillis: () => 10_000 }))
writeSync(3, JSON.stringify(responses))
process.exit(0)
`

interface Started {
  readonly log: string
  readonly responses: readonly { readonly statusCode: number; readonly body: string }[]
}

/** @throws {Error} where the function is not ready with the settings that are right */
export async function runSettings(
  mistakes: readonly SettingMistake[],
  folder: string,
): Promise<ReadonlyMap<SettingMistake, Messages>> {
  const right = await start({}, compiledOrchard(), folder)
  if (right.responses.slice(0, 2).some(({ statusCode }) => statusCode !== 200))
    throw new Error(`The settings are wrong: ${JSON.stringify(right)}`)
  const results = new Map<SettingMistake, Messages>()
  for (const mistake of mistakes) {
    const { environment, tenantsFile: content = compiledOrchard() } = mistake
    const { log, responses } = await start(environment, content || tenantsFile([]), folder)
    const [health, discovery] = responses
    // A broker that cannot issue must not look healthy, whatever else it says.
    const isHonest =
      mistake.isOnlyLogged || (health?.statusCode === 503 && discovery?.statusCode !== 200)
    const response = responses.map(({ statusCode, body }) => `${statusCode} ${body}`).join('\n')
    results.set(mistake, {
      ...{ record: log, response: isHonest ? response : 'looks healthy' },
      nowhere: [SECRET_SETTING, 'n'.repeat(32)],
    })
  }
  return results
}

function compiledOrchard(): string {
  const { tenants } = compileTenants([{ file: 'orchard.yaml', text: ORCHARD }])
  return tenantsFile(tenants)
}

async function start(
  changes: SettingMistake['environment'],
  content: string,
  folder: string,
): Promise<Started> {
  const file = path.join(folder, 'tenants.jsonl')
  writeFileSync(file, content)
  const environment = {
    BROKER_ISSUER: 'https://broker.orchard.example',
    BROKER_TENANTS_FILE: file,
    BROKER_SIGNING_KEY: JSON.stringify(newSigningKey('mistakes')),
    BROKER_SESSION_NAME_KEY: 'n'.repeat(64),
    // Nothing listens there: no request is sent to AWS.
    BROKER_STS_ENDPOINT: 'https://127.0.0.1:1',
    AWS_REGION: 'eu-west-1',
    ...changes,
  }
  const child = spawn(process.execPath, ['--input-type=module', '-e', INVOKE], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      AWS_LAMBDA_FUNCTION_NAME: 'broker',
      ...{ BUNDLE, EVENTS: JSON.stringify(EVENTS) },
      ...environment,
    },
  })
  const [log, errors, responses] = await Promise.all([
    text(child.stdio[1] as NodeJS.ReadableStream),
    text(child.stdio[2] as NodeJS.ReadableStream),
    text(child.stdio[3] as NodeJS.ReadableStream),
  ])
  return { log: `${log}${errors}`, responses: responses === '' ? [] : JSON.parse(responses) }
}
