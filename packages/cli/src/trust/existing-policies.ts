/** Reads trust policies that roles have, in the forms in which IAM's tools print them. */
import { parseStrictObject } from '@token-broker/core/strict-json'
import { UsageError } from '../cli-error.ts'

/** Policy documents, as JSON, by the ARN of their role. */
export type ExistingPolicies = ReadonlyMap<string, unknown>

const SHAPE =
  'expected a trust policy, the output of "aws iam get-role", or an object with trust policies ' +
  'by the ARN of their role'

/**
 * @param roles those that the documents name
 * @throws {UsageError}
 */
export function readExistingPolicies(
  file: string,
  text: string,
  roles: readonly string[],
): ExistingPolicies {
  const document = parse(file, text)
  if ('Statement' in document) {
    const [role, ...others] = roles
    if (role !== undefined && others.length === 0) return new Map([[role, document]])
    throw new UsageError(`${file}: of which role is this policy? Write --role ARN`)
  }
  const { Role } = document
  if (isRecord(Role) && typeof Role.Arn === 'string')
    return new Map([[Role.Arn, policyIn(Role.AssumeRolePolicyDocument)]])
  const byRole = Object.entries(document)
  if (byRole.length === 0 || !byRole.every(([arn]) => /^arn:[^:]+:iam:/.test(arn)))
    throw new UsageError(`${file}: ${SHAPE}`)
  return new Map(
    byRole.map(([arn, value]) => [
      arn,
      isRecord(value) && 'trustPolicy' in value ? value.trustPolicy : value,
    ]),
  )
}

/** The API returns a document with the escapes of a URL; the AWS CLI decodes it. */
export function policyIn(document: unknown): unknown {
  if (typeof document !== 'string') return document
  try {
    return JSON.parse(decodeURIComponent(document))
  } catch {
    return document
  }
}

function parse(file: string, text: string): Record<string, unknown> {
  try {
    return parseStrictObject(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new UsageError(`${file} ${error.message}; ${SHAPE}`)
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
