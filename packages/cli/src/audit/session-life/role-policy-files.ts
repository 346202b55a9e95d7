/** Reads policies of a role from files, in the forms in which IAM's tools print them. */
import type { PolicyStatement } from '@token-broker/core'
import { isObject } from '@token-broker/core'
import { readPolicy } from '@token-broker/core/read-policy'
import { parseStrictObject } from '@token-broker/core/strict-json'
import { formatPath } from '@token-broker/core/value-path'
import { UsageError } from '../../cli-error.ts'
import { readInputFile } from '../../documents/read-documents.ts'
import { policyIn } from '../../trust/existing-policies.ts'
import type { PolicyLayer } from './judge-denial.ts'

const SHAPE =
  'expected a policy document, or the output of "aws iam get-role-policy" or "aws iam ' +
  'get-policy-version"'

/**
 * All policies of the role together: a request is allowed where one of them does and none denies.
 *
 * @returns undefined without a file
 * @throws {UsageError} a file that cannot be read, or a policy that is invalid
 */
export async function readRolePolicies(files: readonly string[]): Promise<PolicyLayer | undefined> {
  if (files.length === 0) return undefined
  const read = await Promise.all(
    files.map(async (file) => {
      const statements = statementsIn(file, await readInputFile(file, '--role-policy'))
      return statements.map((statement) => ({ file, statement }))
    }),
  )
  const all = read.flat()
  return {
    name: 'role policy',
    statements: all.map(({ statement }) => statement),
    origin: `read from ${files.join(', ')}`,
    managedPolicyArns: [],
    locate: (index) => (index === undefined ? undefined : all[index]?.file) ?? files[0] ?? '',
  }
}

function statementsIn(file: string, text: string): readonly PolicyStatement[] {
  const document = policyDocumentIn(parse(file, text))
  if (!isObject(document) || document.Statement === undefined)
    throw new UsageError(`--role-policy: ${file}: ${SHAPE}`)
  const problems: string[] = []
  const statements = readPolicy(document, (path, message, hint) => {
    problems.push(`${formatPath(path)}: ${message}; ${hint}`)
  })
  const [problem] = problems
  if (problem === undefined) return statements
  throw new UsageError(`--role-policy: ${file}: ${problem}`)
}

function policyDocumentIn(value: Readonly<Record<string, unknown>>): unknown {
  const version = value.PolicyVersion
  const inVersion = isObject(version) ? version.Document : undefined
  return policyIn(value.PolicyDocument ?? inVersion ?? value)
}

function parse(file: string, text: string): Readonly<Record<string, unknown>> {
  try {
    return parseStrictObject(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new UsageError(`--role-policy: ${file} ${error.message}; ${SHAPE}`)
  }
}
