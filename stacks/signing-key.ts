/** KMS keys that sign minted tokens: the current one, the next one, and former ones. */
import { partitionOf } from '@token-broker/core/partition'
import { isSigning, publishedKeys, type SigningKeySettings } from './key-rotation.ts'
import type { StageSettings } from './stage-settings.ts'

/** Algorithms that the broker requests from KMS; its role and the key policy allow no others. */
export const SIGNING_ALGORITHMS = {
  RS256: 'RSASSA_PKCS1_V1_5_SHA_256',
  ES256: 'ECDSA_SHA_256',
} as const
export const MESSAGE_TYPE = 'DIGEST'

const KEY_SPECS = { RS256: 'RSA_2048', ES256: 'ECC_NIST_P256' } as const
/** The longest waiting period of KMS, during which a deletion can be cancelled. */
export const DELETION_WINDOW_DAYS = 30

export interface SigningKeys {
  readonly signing: SigningKeySettings & { readonly arn: $util.Output<string> }
  /** In the order of the issuer's key set. */
  readonly publishedArns: readonly $util.Output<string>[]
}

/**
 * @param roles names of the functions' roles. The roles are created later, because their policies
 *   need the ARNs of the keys.
 */
export function createSigningKeys(
  settings: StageSettings,
  roles: { readonly broker: string; readonly issuer: string },
): SigningKeys {
  const keys = settings.signingKeys.map((key) => ({ ...key, ...createKey(key, settings, roles) }))
  const published = publishedKeys(keys)
  const signing = published.find(isSigning)
  if (!signing) throw new Error('No signing key has signsSince without signsUntil.')
  const next = published.find(({ signsSince }) => signsSince === undefined)
  createAlias('Current', signing.keyId)
  if (next) createAlias('Next', next.keyId)
  return { signing, publishedArns: published.map(({ arn }) => arn) }
}

function createKey(
  key: SigningKeySettings,
  settings: StageSettings,
  roles: { readonly broker: string; readonly issuer: string },
) {
  const { arn, keyId } = new aws.kms.Key(
    `SigningKey${key.id}`,
    {
      description: `${$app.name} ${$app.stage}: signs minted tokens, key ${key.id}`,
      keyUsage: 'SIGN_VERIFY',
      customerMasterKeySpec: KEY_SPECS[key.algorithm],
      // A withdrawn key can be enabled again; a deleted key cannot be restored.
      isEnabled: key.withdrawnSince === undefined,
      deletionWindowInDays: DELETION_WINDOW_DAYS,
      policy: JSON.stringify(keyPolicy(key, settings, roles)),
    },
    // SST's own `removal` does not cover KMS keys.
    { protect: settings.protect, retainOnDelete: settings.removal === 'retain' },
  )
  return { arn, keyId }
}

function createAlias(which: 'Current' | 'Next', targetKeyId: $util.Input<string>) {
  new aws.kms.Alias(`SigningKey${which}`, {
    name: `alias/${$app.name}-${$app.stage}-signing-${which.toLowerCase()}`,
    targetKeyId,
  })
}

/**
 * The account can manage the key, but no IAM policy alone allows signing: the root statement
 * contains neither `kms:Sign` nor `kms:CreateGrant`, which could delegate it. To sign, an
 * administrator must change this policy, and CloudTrail records that. The roles are named in
 * conditions, because KMS refuses a principal that does not exist yet.
 */
function keyPolicy(
  { algorithm }: SigningKeySettings,
  { account, region }: StageSettings,
  roles: { readonly broker: string; readonly issuer: string },
) {
  const iam = `arn:${partitionOf(region)}:iam::${account}`
  const Principal = { AWS: `${iam}:root` }
  const only = (role: string) => ({
    ArnEquals: { 'aws:PrincipalArn': `${iam}:role/${role}` },
  })
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'AccountAdministers',
        Effect: 'Allow',
        Principal,
        Action: KEY_ADMINISTRATION,
        Resource: '*',
      },
      {
        Sid: 'BrokerSigns',
        Effect: 'Allow',
        Principal,
        Action: 'kms:Sign',
        Resource: '*',
        Condition: {
          ...only(roles.broker),
          StringEquals: {
            'kms:SigningAlgorithm': SIGNING_ALGORITHMS[algorithm],
            'kms:MessageType': MESSAGE_TYPE,
          },
        },
      },
      {
        Sid: 'IssuerPublishes',
        Effect: 'Allow',
        Principal,
        Action: 'kms:GetPublicKey',
        Resource: '*',
        Condition: only(roles.issuer),
      },
    ],
  }
}

/** What the account may do with a key without using it, or letting others use it. */
export const KEY_ADMINISTRATION = [
  'kms:CancelKeyDeletion',
  'kms:CreateAlias',
  'kms:DeleteAlias',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:EnableKey',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdateKeyDescription',
]
