/**
 * The one operation of SSM Parameter Store that is used; the broker loads this file lazily
 * (bundle.ts). Its schema is written here: the AWS SDK has it only in a package for all of Systems
 * Manager.
 */
import { AwsJson1_1Protocol } from '@aws-sdk/core/protocols'
import type { StaticOperationSchema, StaticStructureSchema } from '@smithy/types'
import { createSignedCalls, type SignedCallOptions } from '../signed-call.ts'
import type { ReadStoredSecret } from './aws-secrets.ts'

interface GetParameterRequest {
  readonly Name: string
  readonly WithDecryption: boolean
}

interface GetParameterResult {
  readonly Parameter?: { readonly Type?: string; readonly Value?: string }
}

const NAMESPACE = 'com.amazonaws.ssm'
// The members of a structure have types in the notation of @smithy/types.
const TEXT = 0
const BOOLEAN = 2

function structure(name: string, members: Record<string, number | StaticStructureSchema>) {
  const schema: StaticStructureSchema = [
    3,
    NAMESPACE,
    name,
    0,
    Object.keys(members),
    Object.values(members),
  ]
  return schema
}

const GET_PARAMETER: StaticOperationSchema = [
  9,
  NAMESPACE,
  'GetParameter',
  0,
  structure('GetParameterRequest', { Name: TEXT, WithDecryption: BOOLEAN }),
  structure('GetParameterResult', {
    Parameter: structure('Parameter', { Type: TEXT, Value: TEXT }),
  }),
]

export function createParameterStoreReader(
  options: Pick<SignedCallOptions, 'region' | 'endpoint' | 'credentials' | 'proxy' | 'now'>,
): ReadStoredSecret {
  const protocol = new AwsJson1_1Protocol({
    defaultNamespace: NAMESPACE,
    serviceTarget: 'AmazonSSM',
  })
  const call = createSignedCalls({ ...options, service: 'ssm', protocol })<
    GetParameterRequest,
    GetParameterResult
  >(GET_PARAMETER)
  return async (Name, signal) => {
    const { Parameter: parameter } = await call({ Name, WithDecryption: true }, signal)
    // Anyone who may read the metadata of parameters can read the text of another type.
    if (parameter?.Type !== 'SecureString') return { unusable: 'is not a SecureString' }
    return parameter.Value ? { secret: parameter.Value } : { unusable: 'has no text' }
  }
}
