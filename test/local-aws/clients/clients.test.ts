/**
 * Unmodified clients with a session that the broker issued: each operation, on the caller's own
 * objects and on those of another, at the local S3. The clients of DynamoDB are in
 * `dynamodb-clients.test.ts`; here is the one in a browser.
 */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PYTHON, skipsPython } from '../../compat/python-programs.ts'
import { runProgram } from '../../compat/run-program.ts'
import { launchChromium, serveModule, skipsChromium } from '../../fixtures/chromium.ts'
import { closeAfterTests } from '../../fixtures/index.ts'
import {
  type ClientLab,
  FOLDERS,
  OBJECTS,
  OPERATIONS,
  REGION,
  startClientLab,
} from './client-lab.ts'
import { PROGRAMS, rcloneSettings } from './command-lines.ts'
import { callWithSdk } from './sdk-calls.ts'

const SDK_MODULE = path.join(import.meta.dirname, 'sdk-calls.ts')
const BOTO3 = path.join(import.meta.dirname, 'boto3-client.py')
/** A response to HEAD has no code. For rclone, an object that it may not read does not exist. */
const DENIED = /AccessDenied|Access Denied|\b403\b|Forbidden|doesn't exist/

type Outcomes = Readonly<Record<string, Readonly<Record<string, string>>>>
const table: { client: string; operation: string; own: string; other: string }[] = []

let lab: ClientLab
let pageUrl: string
beforeAll(async () => {
  const pages = await closeAfterTests(serveModule(SDK_MODULE))
  pageUrl = pages.url
  lab = await startClientLab(pageUrl)
})
afterAll(() => console.table(table))

it('the SDK for JavaScript v3 in Node.js', async () => {
  const options = { ...lab, region: REGION }
  const call = (operation: string, folder: string) => callWithSdk(options, operation, folder)
  expectOwnOnly('SDK v3, Node.js', await outcomesOf(call))
})

it.skipIf(skipsChromium())(
  'the SDK for JavaScript v3 in a page',
  async () => {
    const browser = await closeAfterTests(launchChromium())
    const page = await browser.newPage()
    await page.goto(pageUrl)
    const { s3Url, dynamodbUrl, keys } = lab
    const options = JSON.stringify({ s3Url, dynamodbUrl, keys, region: REGION })
    const call = async (operation: string, folder: string) =>
      String(
        await page.evaluate(`import('/module.js').then(({ callWithSdk }) =>
        callWithSdk(${options}, '${operation}', '${folder}'))`),
      )
    const operations = [...OPERATIONS, 'putItem', 'getItem']
    expectOwnOnly('SDK v3, Chromium', await outcomesOf(call, operations), operations)
  },
  60_000,
)

it.skipIf(skipsPython('boto3'))(
  'boto3',
  async () => {
    const { s3Url: endpoint, folder, environment: env } = lab
    const input = JSON.stringify({ endpoint, folder, folders: FOLDERS })
    const { stdout, stderr } = await runProgram(PYTHON, [BOTO3], { env, input })
    expect(stderr).toBe('')
    expectOwnOnly('boto3', JSON.parse(stdout))
  },
  60_000,
)

for (const [name, { path: program, commands }] of Object.entries(PROGRAMS)) {
  it.skipIf(!existsSync(program) && process.env.CI !== 'true')(
    name,
    async () => {
      const env = { ...lab.environment, ...rcloneSettings(lab) }
      const call = async (operation: string, folder: string) => {
        const args = Object.entries(commands(lab, folder)).find(([key]) => key === operation)?.[1]
        const { status, stderr } = await runProgram(program, args ?? [], { env })
        return status === 0 ? 'ok' : DENIED.test(stderr) ? 'AccessDenied' : stderr
      }
      expectOwnOnly(name, await outcomesOf(call))
    },
    240_000,
  )
}

it('leaves the objects of the other as they were', async () => {
  const { owner } = lab
  const { Contents = [] } = await owner.send(
    new ListObjectsV2Command({ Bucket: 'files', Prefix: 'bob/' }),
  )
  expect(Contents.map(({ Key, Size }) => [Key, Size])).toEqual(
    OBJECTS.map((name) => [`bob/${name}`, 'given'.length]),
  )
})

async function outcomesOf(
  call: (operation: string, folder: string) => Promise<string>,
  operations: readonly string[] = OPERATIONS,
): Promise<Outcomes> {
  const outcomes: Record<string, Record<string, string>> = {}
  for (const folder of FOLDERS) {
    const ofFolder: Record<string, string> = {}
    for (const operation of operations) ofFolder[operation] = await call(operation, folder)
    outcomes[folder] = ofFolder
  }
  return outcomes
}

/** Everything is allowed below the caller's own name, and nothing below another's. */
function expectOwnOnly(
  client: string,
  outcomes: Outcomes,
  operations: readonly string[] = OPERATIONS,
): void {
  for (const operation of operations) {
    const [own = '', other = ''] = FOLDERS.map((folder) => outcomes[folder]?.[operation])
    table.push({ client, operation, own, other })
  }
  const all = (outcome: string) => Object.fromEntries(operations.map((name) => [name, outcome]))
  const denied = { ...all('AccessDenied') }
  for (const name of operations) if (name.endsWith('Item')) denied[name] = 'AccessDeniedException'
  expect(outcomes).toEqual({ alice: all('ok'), bob: denied })
}
