/**
 * The DynamoDB tables: for tenant documents that are not part of the deployment, and for what
 * GetCallerIdentity knows of issued sessions.
 */
import type { StageSettings } from './stage-settings.ts'

export function createTable(settings: StageSettings): sst.aws.Dynamo {
  return new sst.aws.Dynamo('Tenants', {
    fields: { pk: 'string', sk: 'string' },
    primaryIndex: { hashKey: 'pk', rangeKey: 'sk' },
    ttl: 'expiresAt',
    deletionProtection: settings.protect,
    transform: {
      table: (args, options) => {
        args.serverSideEncryption = { enabled: true }
        options.protect = settings.protect
        return undefined
      },
    },
  })
}

/**
 * Its items expire with their sessions, so it needs neither protection nor backups.
 * @returns undefined where GetCallerIdentity is not supported
 */
export function createSessionsTable({
  callerIdentityRegions,
}: StageSettings): sst.aws.Dynamo | undefined {
  if (callerIdentityRegions.length === 0) return undefined
  return new sst.aws.Dynamo('Sessions', {
    fields: { pk: 'string' },
    primaryIndex: { hashKey: 'pk' },
    ttl: 'expiresAt',
    transform: {
      table: { serverSideEncryption: { enabled: true }, pointInTimeRecovery: { enabled: false } },
    },
  })
}
