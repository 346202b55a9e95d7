/** Names of KMS keys: the ARN says all that the broker has to know before it calls. */

export interface KmsKey {
  readonly arn: string
  /** `kid` of what the key signs; multi-region replicas share it, as they share the key. */
  readonly keyId: string
  readonly region: string
}

/** An alias is no key: its ARN would go on naming another key after a rotation, under the same `kid`. */
const KEY_ARN = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):\d{12}:key\/([A-Za-z0-9-]+)$/

export function parseKmsKey(arn: string): KmsKey | undefined {
  const [, region, keyId] = KEY_ARN.exec(arn) ?? []
  return region && keyId ? { arn, keyId, region } : undefined
}
