/** The DynamoDB table for tenant documents that are not part of the deployment. */
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
