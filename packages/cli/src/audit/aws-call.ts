/** Calls of one operation of AWS with JSON, with the operator's own credentials. */
import { STSClient } from '@aws-sdk/client-sts'
import { AwsJson1_1Protocol } from '@aws-sdk/core/protocols'
import { readProxySettings } from '@token-broker/core/proxy-settings'
import { createSignedCalls, readSdkError } from '@token-broker/functions/signed-call'
import { EXIT, UsageError } from '../cli-error.ts'
import { TenantError } from '../tenant/tenant-error.ts'
import type { Environment } from '../terminal.ts'

/** These services search for seconds before they return a page. */
const TIMEOUT_MS = 60_000
/** A page of CloudWatch Logs has at most 1 MB of messages, which JSON may escape. */
const MAX_RESPONSE_BYTES = 16 * 1024 * 1024

/** The description of an operation: the SDK has it only in a package for all of the service. */
export type AwsOperation = Parameters<ReturnType<typeof createSignedCalls>>[0]

export interface AwsCallOptions {
  /** In endpoints and signatures, such as `logs`. */
  readonly service: string
  /** In messages. */
  readonly name: string
  /** The option of the command line that needs the call. */
  readonly option: string
  readonly namespace: string
  /** What `X-Amz-Target` begins with. */
  readonly target: string
  readonly operation: AwsOperation
  /** Of the service, where the environment has one. */
  readonly endpoint: string | undefined
  readonly env: Environment
  readonly now: () => number
}

/**
 * The client finds the operator's credentials and Region, as for all other commands.
 *
 * @throws {UsageError} no Region is set; and from the call, a refusal; {TenantError} from the call,
 *   the service is not responding
 */
export async function connectToAws<Input extends object, Output extends object>({
  service,
  name,
  option,
  namespace,
  target,
  operation,
  endpoint,
  env,
  now,
}: AwsCallOptions): Promise<(input: Input) => Promise<Output>> {
  const { config } = new STSClient({})
  const region = await config.region().catch(() => {
    throw new UsageError(`${option}: no region is set; set AWS_REGION, or a region in a profile`)
  })
  const proxy = readProxySettings(env)
  const send = createSignedCalls({
    service,
    protocol: new AwsJson1_1Protocol({ defaultNamespace: namespace, serviceTarget: target }),
    region,
    endpoint: endpoint || env.AWS_ENDPOINT_URL || undefined,
    credentials: async () => {
      const { accessKeyId, secretAccessKey, sessionToken } = await config.credentials()
      return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }
    },
    ...(proxy === undefined ? {} : { proxy }),
    now,
    timeoutMs: TIMEOUT_MS,
    attemptTimeoutMs: TIMEOUT_MS / 2,
    maxResponseBytes: MAX_RESPONSE_BYTES,
  })<Input, Output>(operation)
  return async (input) => {
    try {
      return await send(input, new AbortController().signal)
    } catch (error) {
      const { status, text, code } = readSdkError(error)
      const what = `${name}: ${text}`
      if (code === 'CredentialsProviderError' || (status !== undefined && status < 500))
        throw new UsageError(what)
      throw new TenantError(`${what}; try again later`, EXIT.unavailable)
    }
  }
}
