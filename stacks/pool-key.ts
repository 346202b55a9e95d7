/** The KMS key that encrypts the key pairs with which backends sign calls of identity pools. */
import { partitionOf } from '@token-broker/core/partition'
import { DELETION_WINDOW_DAYS, KEY_ADMINISTRATION } from './signing-key.ts'
import type { StageSettings } from './stage-settings.ts'

/** Without them, nobody could turn on the rotation of the key. */
const ROTATION = ['kms:DisableKeyRotation', 'kms:EnableKeyRotation']

/**
 * Operators who have `kms:Encrypt` in IAM may create key pairs. Only the broker's role decrypts
 * them: the root statement contains neither `kms:Decrypt` nor `kms:CreateGrant`.
 *
 * @param brokerRole name of the role, which is created later
 * @returns the ARN; undefined where no backend signs calls
 */
export function createPoolKey(
  settings: StageSettings,
  brokerRole: string,
): $util.Output<string> | undefined {
  const { identityPools, region, account, protect, removal } = settings
  if (!identityPools?.backends) return undefined
  const iam = `arn:${partitionOf(region)}:iam::${account}`
  const Principal = { AWS: `${iam}:root` }
  const statement = (Sid: string, Action: string | readonly string[], Condition?: object) => ({
    ...{ Sid, Effect: 'Allow', Principal, Action, Resource: '*' },
    ...(Condition === undefined ? {} : { Condition }),
  })
  const key = new aws.kms.Key(
    'PoolKey',
    {
      description: `${$app.name} ${$app.stage}: encrypts key pairs of identity pools`,
      deletionWindowInDays: DELETION_WINDOW_DAYS,
      enableKeyRotation: true,
      policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          statement('AccountAdministers', [...KEY_ADMINISTRATION, ...ROTATION]),
          statement('OperatorsEncrypt', 'kms:Encrypt'),
          statement('BrokerDecrypts', 'kms:Decrypt', {
            ArnEquals: { 'aws:PrincipalArn': `${iam}:role/${brokerRole}` },
          }),
        ],
      }),
    },
    { protect, retainOnDelete: removal === 'retain' },
  )
  return key.arn
}
