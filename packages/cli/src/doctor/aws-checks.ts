/** Tables and keys in AWS, read with the operator's own credentials. Loaded only where needed. */
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DescribeKeyCommand, GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import type { ProxySettings } from '@token-broker/core/proxy-settings'
import { readSdkError } from '@token-broker/functions/signed-call'
import { type CheckResult, failed, ok, skipped } from '../checks/check-result.ts'
import type { SigningKey } from './check-settings.ts'

export interface AwsAccess {
  readonly region: string
  /** Undefined: AWS's endpoint in the region. */
  readonly endpoint: string | undefined
  readonly proxy: ProxySettings | undefined
}

interface TableToCheck {
  /** The variable that names it. */
  readonly setting: string
  readonly name: string
  readonly keys: readonly string[]
}

/** Needs `dynamodb:DescribeTable`. */
export async function checkTable(table: TableToCheck, access: AwsAccess): Promise<CheckResult> {
  const check = `table ${table.name}`
  const client = new DynamoDBClient(clientOptions(access))
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: table.name }))
    const keys = Table?.KeySchema?.map(({ AttributeName }) => AttributeName ?? '') ?? []
    if (keys.join() !== table.keys.join())
      return failed(
        check,
        `expected the key ${table.keys.join(' and ')}, found ${keys.join(' and ')}`,
        `set ${table.setting} to the table that the stage created`,
      )
    if (Table?.TableStatus === 'ACTIVE') return ok(check, `active in ${access.region}`)
    return failed(check, `its status is ${Table?.TableStatus}`, 'wait until it is ACTIVE')
  } catch (error) {
    return describeFailure(error, check, {
      ...{ service: 'DynamoDB', action: 'dynamodb:DescribeTable' },
      missing: `there is no such table in ${access.region}`,
      fix: `deploy the stage, or correct ${table.setting} and AWS_REGION`,
    })
  } finally {
    client.destroy()
  }
}

/** Needs `kms:GetPublicKey`. */
export async function checkKmsSigningKey(
  { arn, keyId }: { readonly arn: string; readonly keyId: string },
  algorithm: string,
  access: AwsAccess,
): Promise<SigningKey> {
  const check = 'signing key'
  const client = new KMSClient(clientOptions(access))
  try {
    const key = await client.send(new GetPublicKeyCommand({ KeyId: arn }))
    const spec = String(key.KeySpec)
    const isRight = algorithm === 'ES256' ? spec === 'ECC_NIST_P256' : /^RSA_[2-4]/.test(spec)
    if (key.KeyUsage !== 'SIGN_VERIFY' || !isRight)
      return {
        result: failed(
          check,
          `KMS key ${keyId} is ${spec} for ${key.KeyUsage}, and does not fit ${algorithm}`,
          'set BROKER_KMS_SIGNING_KEY to a key that signs, and BROKER_KMS_SIGNING_ALGORITHM',
        ),
      }
    return { result: ok(check, `KMS key ${keyId}, ${spec}, for ${algorithm}`), keyId }
  } catch (error) {
    return { keyId, result: describeKeyFailure(error, check, 'kms:GetPublicKey', access) }
  } finally {
    client.destroy()
  }
}

/** Needs `kms:DescribeKey`. The key encrypts key pairs of identity pools. */
export async function checkKmsPoolKey(arn: string, access: AwsAccess): Promise<CheckResult> {
  const check = 'KMS key of pools'
  const client = new KMSClient(clientOptions(access))
  try {
    const { KeyMetadata: key } = await client.send(new DescribeKeyCommand({ KeyId: arn }))
    if (key?.KeyState !== 'Enabled')
      return failed(check, `its state is ${key?.KeyState}`, 'enable the key, or restore it')
    return key.KeyUsage === 'ENCRYPT_DECRYPT'
      ? ok(check, `enabled, ${key.KeySpec}`)
      : failed(
          check,
          `it is for ${key.KeyUsage}`,
          'set BROKER_POOL_KEYS_KMS_KEY to a key that encrypts',
        )
  } catch (error) {
    return describeKeyFailure(error, check, 'kms:DescribeKey', access)
  } finally {
    client.destroy()
  }
}

function describeKeyFailure(error: unknown, check: string, action: string, access: AwsAccess) {
  const { code } = readSdkError(error)
  if (code === 'DisabledException')
    return failed(check, 'the key is disabled', 'enable the key: aws kms enable-key')
  if (code === 'KMSInvalidStateException')
    return failed(check, 'the key cannot be used in its state', 'cancel the deletion of the key')
  return describeFailure(error, check, {
    ...{ service: 'KMS', action },
    missing: `there is no such key in ${access.region}`,
    fix: 'correct the ARN, or deploy the stage',
  })
}

interface Explanation {
  readonly service: string
  readonly action: string
  /** What it means that the service does not know the resource. */
  readonly missing: string
  readonly fix: string
}

function describeFailure(
  error: unknown,
  check: string,
  { service, action, missing, fix }: Explanation,
): CheckResult {
  const { code, status, text } = readSdkError(error)
  if (code === 'CredentialsProviderError')
    return skipped(check, 'there are no AWS credentials here; set AWS_PROFILE, for example')
  if (/^(ResourceNotFound|NotFound)/.test(code)) return failed(check, missing, fix)
  if (code.startsWith('AccessDenied'))
    return skipped(check, `your AWS credentials may not call ${action}`)
  if (/^(ExpiredToken|UnrecognizedClient|InvalidSignature|InvalidClientTokenId)/.test(code))
    return failed(check, `${service} refuses your AWS credentials: ${code}`, 'log in to AWS again')
  if (status !== undefined) return failed(check, `${service}: ${text}`, 'try again later')
  return failed(check, `${service} cannot be reached: ${text}`, 'check the network and the proxy')
}

function clientOptions({ region, endpoint, proxy }: AwsAccess) {
  const agent = { keepAlive: true, proxyEnv: proxy }
  return {
    ...{ region, maxAttempts: 2 },
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(proxy === undefined ? {} : { requestHandler: { httpAgent: agent, httpsAgent: agent } }),
  }
}
