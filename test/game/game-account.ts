/** The tables and the bucket of the game at the local services, for tests without the page. */
import type { PolicyStatement } from '@token-broker/core'
import { createCallJournal, type RecordedCall } from '../../packages/game/src/data/call-journal.ts'
import { createDeviceStore, type DeviceStore } from '../../packages/game/src/data/device-store.ts'
import { createGameClients, type GameClients } from '../../packages/game/src/data/game-clients.ts'
import type { GameConfig } from '../../packages/game/src/data/game-config.ts'
import { GAME_TABLES } from '../../packages/local/src/game/game-tables.ts'
import { createAuthorizer } from '../../packages/local/src/local-aws/authorize-session.ts'
import { createSessionRegistry } from '../../packages/local/src/local-aws/session-registry.ts'
import { startLocalDynamodb } from '../../packages/local/src/local-dynamodb/dynamodb-server.ts'
import { startLocalS3 } from '../../packages/local/src/local-s3/local-s3.ts'
import { closeAfterTests } from '../fixtures/index.ts'

export interface GameAccount {
  /** Clients that may do everything. */
  readonly clients: GameClients
  /** The newest first. */
  calls(): readonly RecordedCall[]
  /** Clients of a session with this policy. */
  clientsWith(policy: readonly PolicyStatement[]): GameClients
}

const ACCOUNT = '111122223333'

export async function startGameAccount(): Promise<GameAccount> {
  const key = { accessKeyId: 'AKIAOWNEROFLOCALTEST', secretAccessKey: 'the-owner' }
  const sessions = createSessionRegistry(key, Date.now)
  const shared = {
    ...{ port: 0, sessions, allowedOrigins: [], log: () => undefined },
    authorizer: createAuthorizer(new Map(), Date.now),
  }
  const s3 = await closeAfterTests(startLocalS3({ ...shared, bucketNames: ['game-pictures'] }))
  const dynamodb = await closeAfterTests(startLocalDynamodb({ ...shared, tables: GAME_TABLES }))
  const journal = createCallJournal()
  const config: GameConfig = {
    region: 'eu-central-1',
    ...{ pool: { id: '', endpoint: '' }, board: { id: '', endpoint: '' }, providers: [] },
    s3: { endpoint: s3.url, bucket: 'game-pictures' },
    dynamodb: {
      ...{ endpoint: dynamodb.url, profiles: 'game-profiles', scores: 'game-scores' },
      index: 'by-score',
    },
  }
  const connect = (credentials: typeof key & { sessionToken?: string }) =>
    createGameClients({
      ...{ config, journal, nowMs: Date.now, signal: new AbortController().signal },
      credentials: async () => credentials,
    })
  let count = 0
  return {
    clients: connect(key),
    calls: journal.calls,
    clientsWith(sessionPolicy) {
      const name = `player-${++count}`
      const roleArn = `arn:aws:iam::${ACCOUNT}:role/game`
      const keys = { accessKeyId: `ASIASESSION${count}`, secretAccessKey: name, sessionToken: name }
      sessions.add({
        ...{ ...keys, expiresAtMs: Date.now() + 3_600_000 },
        role: {
          ...{ roleArn, assumedRoleArn: `arn:aws:sts::${ACCOUNT}:assumed-role/game/${name}` },
          ...{ roleId: `AROAGAME:${name}`, account: ACCOUNT, provider: 'broker.example' },
          ...{ issuedAtMs: Date.now(), principalTags: {}, sessionPolicy, managedPolicyArns: [] },
        },
      })
      return connect(keys)
    },
  }
}

/** The `localStorage` of a device. */
export function createTestStore(): DeviceStore {
  const entries = new Map<string, string>()
  return createDeviceStore({
    get length() {
      return entries.size
    },
    key: (index) => [...entries.keys()][index] ?? null,
    getItem: (key) => entries.get(key) ?? null,
    setItem: (key, value) => void entries.set(key, value),
    removeItem: (key) => void entries.delete(key),
    clear: () => entries.clear(),
  })
}
