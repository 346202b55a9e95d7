/** Stores sessions in a DynamoDB table, whose items expire. */
import {
  GetItem$,
  type GetItemInput,
  type GetItemOutput,
  PutItem$,
  type PutItemInput,
  type PutItemOutput,
} from '@aws-sdk/client-dynamodb'
import { AwsJson1_0Protocol } from '@aws-sdk/core/protocols'
import { createSignedCalls, type SignedCallOptions } from '../signed-call.ts'
import type { SessionStore } from './session-store.ts'

export interface SessionTableOptions
  extends Omit<SignedCallOptions, 'service' | 'protocol' | 'timeoutMs' | 'maxResponseBytes'> {
  readonly tableName: string
}

/** A caller waits for it, and gets credentials without it. */
const TIMEOUT_MS = 1_000

export function createSessionTable({ tableName, ...options }: SessionTableOptions): SessionStore {
  const target = { defaultNamespace: 'com.amazonaws.dynamodb', serviceTarget: 'DynamoDB_20120810' }
  const protocol = new AwsJson1_0Protocol(target)
  const calls = createSignedCalls({
    ...options,
    service: 'dynamodb',
    protocol,
    timeoutMs: TIMEOUT_MS,
  })
  const putItem = calls<PutItemInput, PutItemOutput>(PutItem$)
  const getItem = calls<GetItemInput, GetItemOutput>(GetItem$)
  return {
    async put(name, sealed, untilMs, signal) {
      const expiresAt = { N: String(Math.ceil(untilMs / 1000)) }
      const Item = { pk: { S: name }, sealed: { B: sealed }, expiresAt }
      await putItem({ TableName: tableName, Item }, signal)
    },
    async get(name, signal) {
      // Clients ask right after they got credentials, and other replicas may not have them yet.
      const input = { TableName: tableName, Key: { pk: { S: name } }, ConsistentRead: true }
      const { Item } = await getItem(input, signal)
      return Item?.sealed?.B
    },
  }
}
