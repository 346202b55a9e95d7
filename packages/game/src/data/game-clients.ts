/** The AWS SDK's clients for one session, which report each call to the journal. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { S3Client } from '@aws-sdk/client-s3'
import { type CallJournal, recordCalls } from './call-journal.ts'
import type { GameConfig } from './game-config.ts'

export interface SessionCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly expiration?: Date
}

export interface GameClients {
  readonly config: GameConfig
  readonly s3: S3Client
  readonly dynamodb: DynamoDBClient
  /** For each `send`: sign-out ends what is in flight. */
  readonly options: { readonly abortSignal: AbortSignal }
}

export interface ClientOptions {
  readonly config: GameConfig
  readonly credentials: () => Promise<SessionCredentials>
  readonly journal: CallJournal
  readonly signal: AbortSignal
  readonly nowMs: () => number
}

export function createGameClients(options: ClientOptions): GameClients {
  const { config, credentials, journal, signal, nowMs } = options
  // Two attempts: what cannot be saved now is in the queue, and the player sees that.
  const shared = { region: config.region, credentials, maxAttempts: 2 }
  const s3 = new S3Client({ ...shared, endpoint: config.s3.endpoint, forcePathStyle: true })
  const dynamodb = new DynamoDBClient({ ...shared, endpoint: config.dynamodb.endpoint })
  s3.middlewareStack.add(recordCalls('S3', journal, nowMs), { step: 'initialize', name: 'journal' })
  dynamodb.middlewareStack.add(recordCalls('DynamoDB', journal, nowMs), {
    step: 'initialize',
    name: 'journal',
  })
  return { config, s3, dynamodb, options: { abortSignal: signal } }
}
