/** Debian's botocore and AWS CLI as clients of an identity pool. */
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { PYTHON, runAwsCli } from '../python-programs.ts'
import { runProgram } from '../run-program.ts'
import { sdkEnvironment } from '../sdk-environment.ts'
import { type PoolDevice, type PoolLocation, providerOf } from './pool-device.ts'

const POOL_CLIENT = path.join(import.meta.dirname, 'pool-client.py')

export interface OperationCall {
  readonly endpoint: string
  readonly operation: string
  readonly input: object
  readonly retries?: 'legacy' | 'standard'
  /** Without them, the request is not signed. */
  readonly keys?: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

export interface OperationOutcome {
  readonly result?: {
    readonly IdentityId?: string
    readonly Token?: string
    readonly Credentials?: { readonly AccessKeyId: string }
  }
  /** Name of the class of the error. */
  readonly raised?: string
  readonly code?: string
}

/** @returns the outcome of each call, in order; the calls are made at the same time */
export async function callWithBotocore(
  ...calls: readonly OperationCall[]
): Promise<readonly OperationOutcome[]> {
  const env = sdkEnvironment.of({ PATH: process.env.PATH ?? '' })
  const input = JSON.stringify(calls)
  const { stdout, stderr } = await runProgram(PYTHON, [POOL_CLIENT], { env, input })
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout)
}

/** How long a batch waits for further calls. */
const BATCH_MS = 300

/** Makes calls that are made at about the same time with one start of Python. */
export function batchCalls(
  callAll: typeof callWithBotocore,
): (call: OperationCall) => Promise<OperationOutcome> {
  let batch: { readonly calls: OperationCall[]; outcomes: ReturnType<typeof callAll> } | undefined
  const startBatch = () => {
    const calls: OperationCall[] = []
    const outcomes = setTimeout(BATCH_MS).then(() => {
      batch = undefined
      return callAll(...calls)
    })
    return { calls, outcomes }
  }
  return async (call) => {
    batch ??= startBatch()
    const index = batch.calls.push(call) - 1
    return (await batch.outcomes)[index] ?? {}
  }
}

/** The AWS CLI without any credentials. */
export async function callWithAwsCli({
  endpoint,
  operation,
  input,
}: OperationCall): Promise<OperationOutcome> {
  const command = operation.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()
  const args = ['cognito-identity', command, '--cli-input-json', JSON.stringify(input)]
  const { status, stdout, stderr } = await runAwsCli(
    [...args, '--endpoint-url', endpoint, '--output', 'json'],
    sdkEnvironment.of({}),
  )
  if (status === 0) return { result: stdout === '' ? {} : JSON.parse(stdout) }
  const code = /An error occurred \((\w+)\)/.exec(stderr)?.[1]
  if (code === undefined) throw new Error(stderr)
  return { raised: code, code }
}

/** An app that calls the operations itself, and uses the id of each response from then on. */
export function startOperationsApp(
  call: (call: OperationCall) => Promise<OperationOutcome>,
  { endpoint, poolId }: PoolLocation,
  storedId?: string,
): PoolDevice {
  let identityId = storedId
  const resultOf = async (operation: string, input: object) => {
    const { result, code } = await call({ endpoint, operation, input })
    if (result === undefined) throw Object.assign(new Error(code), { name: code })
    return result
  }
  return {
    async session(token) {
      const logins = token === undefined ? {} : { Logins: { [providerOf(token)]: token } }
      identityId ??= (await resultOf('GetId', { IdentityPoolId: poolId, ...logins })).IdentityId
      const input = { IdentityId: identityId, ...logins }
      const issued = await resultOf('GetCredentialsForIdentity', input)
      identityId = issued.IdentityId ?? ''
      return { identityId, accessKeyId: issued.Credentials?.AccessKeyId ?? '' }
    },
    async signOut() {
      identityId = undefined
    },
  }
}
