/** Signed requests to the local DynamoDB, with everything that a client of AWS would not send. */
import type { LocalSession } from '../../packages/local/src/local-aws/local-session.ts'
import type { DynamodbLab } from '../fixtures/local-dynamodb.ts'
import { signRequest } from '../fixtures/signature-v4.ts'

/** A GetItem of a row of alice. */
export const GET_OF_ALICE =
  '{"TableName":"scores","Key":{"player":{"S":"alice"},"round":{"S":"r1"}}}'

export interface SentToDynamodb {
  readonly target?: string
  readonly body?: string
  readonly session?: Pick<LocalSession, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'>
  readonly headers?: Readonly<Record<string, string>>
  /** How far the clock of the client differs. */
  readonly skewMs?: number
  /** Changes the request after it was signed. */
  readonly change?: (headers: Record<string, string>) => void
}

export async function sendToDynamodb(
  lab: Pick<DynamodbLab, 'url'>,
  alice: LocalSession,
  sent: SentToDynamodb = {},
) {
  const { session = alice, body = GET_OF_ALICE } = sent
  const signed = signRequest(
    {
      method: 'POST',
      path: '/',
      headers: {
        host: new URL(lab.url).host,
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': sent.target ?? 'DynamoDB_20120810.GetItem',
        ...sent.headers,
      },
      body,
    },
    {
      accessKeyId: session.accessKeyId,
      secretAccessKey: session.secretAccessKey,
      ...(session.sessionToken ? { sessionToken: session.sessionToken } : {}),
      region: 'eu-central-1',
      service: 'dynamodb',
    },
    Date.now() + (sent.skewMs ?? 0),
  )
  const headers = Object.fromEntries(
    Object.entries(signed.headers).map(([name, value]) => [name, String(value)]),
  )
  sent.change?.(headers)
  const response = await fetch(lab.url, { method: 'POST', headers, body })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, json: jsonOf(text) }
}

function jsonOf(text: string): Record<string, unknown> {
  return text.startsWith('{') ? JSON.parse(text) : {}
}
