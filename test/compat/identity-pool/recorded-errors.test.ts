/** The documented errors and retries of clients of pools, compared with recordings of responses. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { REFUSAL_CODES } from '@token-broker/core'
import { expect, it } from 'vitest'
import { readTable } from '../refusal-table.ts'

interface RecordedError {
  readonly client: string
  readonly status: number
  /** Of SDK v2 only the name of the error, of others the body, which may be cut off. */
  readonly body: string
  readonly requests: number
  readonly seen: string
}

/** Columns of the table by the client's name in the recordings. */
const COLUMNS: Readonly<Record<string, string>> = {
  'sdk-js-v3 3.1163': 'SDK v3 fromCognitoIdentityPool',
  'amplify-js 6.22.1': 'Amplify',
  'botocore 1.43.11 legacy': 'botocore',
  'botocore 1.43.11 standard': 'botocore, standard',
  'sdk-js-v2 2.1693': 'SDK v2',
}

/** Responses of which there is no recording, because Cognito does not send them. */
const ONLY_HERE = ['503 ExternalServiceException', '503 InternalErrorException']

const INVALID = '400 InvalidParameterException'
const MISCONFIGURED = '400 InvalidIdentityPoolConfigurationException'
/** Responses of Cognito with which the client was not recorded. */
const NOT_RECORDED: Readonly<Record<string, readonly string[]>> = {
  Amplify: [INVALID],
  botocore: [INVALID, MISCONFIGURED],
  'botocore, standard': [INVALID, MISCONFIGURED],
  'SDK v2': [INVALID, MISCONFIGURED],
}

const recordings: readonly RecordedError[] = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'recordings/errors.json'), 'utf8'),
)
const table = readTable('Identity pools')

it.each(Object.entries(COLUMNS))('%s', (client, column) => {
  const recorded = new Map(
    recordings
      .filter((one) => one.client === client)
      .map((one) => [`${one.status} ${nameIn(one.body)}`, `${one.seen} ×${one.requests}`]),
  )
  const compared = REFUSAL_CODES.flatMap((code) => {
    const response = table.get('response')?.[code] ?? ''
    const known = recorded.get(response)
    return known === undefined ? [] : [{ code, response, known, cell: table.get(column)?.[code] }]
  })
  expect(compared.length).toBeGreaterThan(5)
  for (const { code, known, cell } of compared)
    expect([code, withoutClass(cell ?? '')]).toEqual([code, known])
  const missing = REFUSAL_CODES.map((code) => table.get('response')?.[code] ?? '').filter(
    (response) => !recorded.has(response) && !ONLY_HERE.includes(response),
  )
  expect(new Set(missing)).toEqual(new Set(NOT_RECORDED[column] ?? []))
})

function nameIn(body: string): string {
  return /^\{"__type": ?"(\w+)/.exec(body)?.[1] ?? body
}

/** `Error (Name) ×1` is `Name ×1`. */
function withoutClass(cell: string): string {
  return cell.replace(/^\w+ \((\w+)\)/, '$1')
}
