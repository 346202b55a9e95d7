/** Starts the local S3 and DynamoDB, which accept the sessions of the local STS. */
import type { CompiledTenant } from '@token-broker/core'
import type { LocalAccount } from './local-account.ts'
import { createAuthorizer } from './local-aws/authorize-session.ts'
import { createSessionRegistry, type SessionRegistry } from './local-aws/session-registry.ts'
import { type LocalDynamodbOptions, startLocalDynamodb } from './local-dynamodb/dynamodb-server.ts'
import { startLocalS3 } from './local-s3/local-s3.ts'
import type { Roles } from './local-sts/roles.ts'
import { ownerCredentials } from './owner-credentials.ts'
import { bucketsOfTenants } from './tenants-account.ts'

/** Port 0 selects a free port. */
export interface LocalAwsOptions {
  readonly s3Port: number
  readonly dynamodbPort: number
  /** Tables that exist from the start. */
  readonly tables?: LocalDynamodbOptions['tables']
}

/** What the services share with the rest of the runtime. */
interface SharedParts {
  readonly tenants: readonly CompiledTenant[]
  readonly account: LocalAccount
  /** For files that are deleted at the end. */
  readonly folder: string
  /** Folder in which everything is kept. Default: it is lost at the end. */
  readonly dataDir?: string | undefined
  readonly log?: ((line: string) => void) | undefined
}

export interface LocalAws {
  readonly s3Url: string
  readonly dynamodbUrl: string
  /** Path of a shared credentials file of AWS, with the profile {@link OWNER_PROFILE}. */
  readonly ownerCredentialsFile: string
  /** To which the STS adds its sessions. */
  readonly sessions: SessionRegistry
  /** Creates the buckets of new documents. */
  createBuckets(tenants: readonly CompiledTenant[]): void
}

/**
 * @param closers receives what stops each server
 * @throws {InvalidInput} the folder of data cannot be used
 * @throws {PortInUse}
 */
export async function startLocalAws(
  options: LocalAwsOptions,
  { tenants, account, folder, dataDir, log = () => undefined }: SharedParts,
  closers: (() => Promise<void>)[],
): Promise<LocalAws> {
  const { key, file } = await ownerCredentials(dataDir ?? folder)
  const sessions = createSessionRegistry(key, Date.now)
  const shared = {
    ...{ sessions, authorizer: createAuthorizer(account.policies, Date.now), log },
    ...(dataDir === undefined ? {} : { dataDir }),
    allowedOrigins: account.origins,
  }
  const { s3Port, dynamodbPort, tables } = options
  const bucketNames = bucketsOfTenants(tenants)
  const s3 = await startLocalS3({ ...shared, port: s3Port, bucketNames })
  closers.push(s3.close)
  const dynamodb = await startLocalDynamodb({
    ...{ ...shared, port: dynamodbPort },
    ...(tables === undefined ? {} : { tables }),
  })
  closers.push(dynamodb.close)
  logUnlimitedRoles(account.roles, log)
  return {
    ...{ s3Url: s3.url, dynamodbUrl: dynamodb.url, ownerCredentialsFile: file, sessions },
    createBuckets: (next) => s3.createBuckets(bucketsOfTenants(next)),
  }
}

/** Such a role may do more here than at AWS, where it has a policy. */
function logUnlimitedRoles(roles: Roles, log: (line: string) => void): void {
  const names = Object.entries(roles).flatMap(([arn, { policy }]) =>
    policy === undefined ? [arn.slice(arn.indexOf('/') + 1)] : [],
  )
  if (names.length === 0) return
  log(
    'local AWS: only session policies limit these roles, whose own policies are not known: ' +
      `${names.join(', ')} (createRole and --roles give them one)`,
  )
}
