/** Encrypts a key pair with AWS KMS, with the operator's own credentials. */
import { EncryptCommand, KMSClient, KMSServiceException } from '@aws-sdk/client-kms'
import type { ProxySettings } from '@token-broker/core/proxy-settings'
import type { KeyPairContext } from '@token-broker/functions/key-pairs'
import { EXIT, UsageError } from '../cli-error.ts'
import { TenantError } from '../tenant/tenant-error.ts'

const KEY_ARN = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):\d{12}:key\/[A-Za-z0-9-]+$/

/**
 * @returns base64
 * @throws {UsageError} the ARN is wrong, or a permission is missing; {TenantError} KMS is not
 *   responding
 */
export async function encryptWithKms(
  rootKey: Buffer,
  keyArn: string,
  context: KeyPairContext,
  proxy: ProxySettings | undefined,
): Promise<string> {
  const [, region] = KEY_ARN.exec(keyArn) ?? []
  if (region === undefined)
    throw new UsageError(
      '--kms-key: expected the ARN of a KMS key, arn:aws:kms:REGION:ACCOUNT:key/ID, ' +
        'and not an alias',
    )
  const agent = { keepAlive: true, proxyEnv: proxy }
  const client = new KMSClient({
    region,
    ...(proxy === undefined ? {} : { requestHandler: { httpAgent: agent, httpsAgent: agent } }),
  })
  const input = { KeyId: keyArn, Plaintext: rootKey, EncryptionContext: { ...context } }
  try {
    const { CiphertextBlob } = await client.send(new EncryptCommand(input))
    if (CiphertextBlob) return Buffer.from(CiphertextBlob).toString('base64')
    throw new TenantError('KMS returned no ciphertext; try again later', EXIT.unavailable)
  } catch (error) {
    if (!(error instanceof Error) || error instanceof TenantError) throw error
    const what = `KMS: ${error.name}: ${error.message || 'no response'}`.replace(/\s+/g, ' ')
    const isRefusal = error instanceof KMSServiceException && error.$fault === 'client'
    if (isRefusal || !('code' in error || error instanceof KMSServiceException))
      throw new UsageError(what)
    throw new TenantError(`${what}; try again later`, EXIT.unavailable)
  } finally {
    client.destroy()
  }
}
