/** Unmodified clients of DynamoDB against the local one: the same calls, the same outcomes. */

import path from 'node:path'
import * as sdk from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LocalSession } from '../../packages/local/src/local-aws/local-session.ts'
import { PYTHON, runAwsCli, skipsPython } from '../compat/python-programs.ts'
import { runProgram } from '../compat/run-program.ts'
import { sdkEnvironment } from '../compat/sdk-environment.ts'
import { type DynamodbLab, dynamodbOutcome, startDynamodbLab } from '../fixtures/local-dynamodb.ts'
import { type DynamodbCall, PLAYER_CALLS, PLAYER_POLICY } from './dynamodb-calls.ts'

const PYTHON_CLIENT = path.join(import.meta.dirname, 'dynamodb-client.py')

let lab: DynamodbLab
let alice: LocalSession
beforeAll(async () => {
  lab = await startDynamodbLab()
  alice = lab.newSession(PLAYER_POLICY)
})
afterAll(() => lab.close())

const wanted = PLAYER_CALLS.map(({ operation, about, outcome }) => [operation, about, outcome])
const found = (outcomes: readonly string[]) =>
  PLAYER_CALLS.map(({ operation, about }, index) => [operation, about, outcomes[index]])

const environment = () =>
  sdkEnvironment.of({
    PATH: process.env.PATH ?? '',
    AWS_ACCESS_KEY_ID: alice.accessKeyId,
    AWS_SECRET_ACCESS_KEY: alice.secretAccessKey,
    AWS_SESSION_TOKEN: alice.sessionToken ?? '',
    AWS_DEFAULT_REGION: 'eu-central-1',
    AWS_REGION: 'eu-central-1',
  })

test('the SDK for JavaScript v3', async () => {
  const client = lab.clientOf(alice)
  const outcomes: string[] = []
  for (const call of PLAYER_CALLS)
    outcomes.push(await dynamodbOutcome(client.send(Object(commandOf(call)))))
  expect(found(outcomes)).toEqual(wanted)
})

/** The commands of the SDK have the names of the operations. */
function commandOf({ operation, input }: DynamodbCall) {
  const Command = Object.entries(sdk).find(([name]) => name === `${operation}Command`)?.[1]
  return Reflect.construct(Object(Command), [input])
}

describe.skipIf(skipsPython('boto3'))('Debian packages', () => {
  test('the AWS CLI', async () => {
    const outcomes: string[] = []
    for (const call of PLAYER_CALLS) outcomes.push(await callWithCli(call))
    expect(found(outcomes)).toEqual(wanted)
  }, 180_000)

  test('boto3, with its client and its table', async () => {
    const players = ['alice', 'bob']
    const input = JSON.stringify({ endpoint: lab.url, calls: PLAYER_CALLS, players })
    const { stdout, stderr } = await runProgram(PYTHON, [PYTHON_CLIENT], {
      env: environment(),
      input,
    })
    expect(stderr).toBe('')
    const { client, table } = JSON.parse(stdout)
    expect(found(client)).toEqual(wanted)
    const all = (outcome: string) => ({
      ...{ put_item: outcome, get_item: outcome, query: outcome },
      ...{ update_item: outcome, delete_item: outcome },
    })
    expect(table).toEqual({ alice: all('ok'), bob: all('AccessDeniedException') })
  })
})

async function callWithCli({ operation, input }: DynamodbCall): Promise<string> {
  const command = operation.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()
  const args = ['dynamodb', command, '--cli-input-json', JSON.stringify(input)]
  const { status, stderr } = await runAwsCli(
    [...args, '--endpoint-url', lab.url, '--output', 'json'],
    environment(),
  )
  return status === 0 ? 'ok' : (/An error occurred \((\w+)\)/.exec(stderr)?.[1] ?? stderr)
}
