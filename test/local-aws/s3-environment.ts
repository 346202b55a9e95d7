/** Starts the local S3 with an owner, and opens sessions with policies of a test's choice. */
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import type { PolicyStatement } from '@token-broker/core'
import {
  createAuthorizer,
  type RolePolicies,
} from '../../packages/local/src/local-aws/authorize-session.ts'
import type { AssumedRole } from '../../packages/local/src/local-aws/local-session.ts'
import { createSessionRegistry } from '../../packages/local/src/local-aws/session-registry.ts'
import { startLocalS3 } from '../../packages/local/src/local-s3/local-s3.ts'

export const BUCKET = 'examples'
export const ALLOWED_ORIGIN = 'https://app.example.com'
const ACCOUNT = '111122223333'

export interface S3Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export interface LocalS3Environment {
  readonly url: string
  readonly lines: readonly string[]
  readonly ownerKeys: S3Keys
  readonly owner: S3Client
  /** A session whose only limit is this session policy. */
  openSession(policy: readonly PolicyStatement[], role?: Partial<AssumedRole>): S3Keys
  connect(keys: S3Keys, config?: S3ClientConfig): S3Client
  close(): Promise<void>
}

export interface EnvironmentOptions {
  readonly dataDir?: string
  readonly rolePolicies?: RolePolicies
  readonly now?: () => number
}

let sessions = 0

export async function startS3Environment({
  dataDir,
  rolePolicies = new Map(),
  now = Date.now,
}: EnvironmentOptions = {}): Promise<LocalS3Environment> {
  const ownerKeys = { accessKeyId: 'AKIAOWNEROFLOCALTEST', secretAccessKey: 'the-owner' }
  const registry = createSessionRegistry(ownerKeys, now)
  const lines: string[] = []
  const server = await startLocalS3({
    port: 0,
    sessions: registry,
    authorizer: createAuthorizer(rolePolicies, now),
    bucketNames: [BUCKET],
    allowedOrigins: [ALLOWED_ORIGIN],
    log: (line) => lines.push(line),
    now,
    ...(dataDir === undefined ? {} : { dataDir }),
  })
  const clients: S3Client[] = []
  const connect = (credentials: S3Keys, config: S3ClientConfig = {}) => {
    const client = new S3Client({
      ...{ region: 'eu-west-1', endpoint: server.url, forcePathStyle: true, maxAttempts: 1 },
      ...{ credentials, ...config },
    })
    clients.push(client)
    return client
  }
  return {
    url: server.url,
    lines,
    ownerKeys,
    owner: connect(ownerKeys),
    connect,
    openSession(sessionPolicy, role = {}) {
      const name = `session${++sessions}`
      const keys = {
        accessKeyId: `ASIA${String(sessions).padStart(16, '0')}`,
        secretAccessKey: `secret of ${name}`,
        sessionToken: `token of ${name}`,
      }
      registry.add({
        ...keys,
        expiresAtMs: now() + 3_600_000,
        role: {
          roleArn: `arn:aws:iam::${ACCOUNT}:role/app`,
          assumedRoleArn: `arn:aws:sts::${ACCOUNT}:assumed-role/app/${name}`,
          ...{ roleId: `AROAEXAMPLE:${name}`, account: ACCOUNT },
          provider: `arn:aws:iam::${ACCOUNT}:oidc-provider/idp.example.com`,
          ...{ issuedAtMs: now(), principalTags: {}, managedPolicyArns: [], sessionPolicy },
          ...role,
        },
      })
      return keys
    },
    async close() {
      for (const client of clients) client.destroy()
      await server.close()
    },
  }
}

/** A statement that allows these actions on the objects below a prefix. */
export function allowObjects(prefix: string, ...actions: readonly string[]): PolicyStatement {
  return { Effect: 'Allow', Action: actions, Resource: `arn:aws:s3:::${BUCKET}/${prefix}*` }
}
