/** The value of `--policy`: an IAM policy as JSON, or a file with one. */
import { readFileSync } from 'node:fs'
import { getSystemErrorMessage } from 'node:util'
import { parseStrictObject } from '@token-broker/core/strict-json'
import { UsageError } from '../cli-error.ts'

/**
 * The broker checks the policy itself; here it only has to be a JSON object that can be sent.
 * @throws {UsageError} saying what to write instead
 */
export function readPolicyOption(
  value: string | undefined,
): Readonly<Record<string, unknown>> | undefined {
  if (value === undefined) return undefined
  const isJson = isPolicyJson(value)
  try {
    const policy = parseStrictObject(isJson ? value : readPolicyFile(value))
    // A number that JavaScript rounds cannot be sent as it is.
    JSON.stringify(policy, (_, member: unknown) => {
      if (typeof member !== 'bigint') return member
      throw new SyntaxError('has a number that is too large to be exact; write it in quotes')
    })
    return policy
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new UsageError(`--policy: the policy ${isJson ? '' : `in ${value} `}${error.message}`)
  }
}

/** Whether the value is the policy itself, and not the name of a file. */
export function isPolicyJson(value: string): boolean {
  return value.trimStart().startsWith('{')
}

function readPolicyFile(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { errno, code = 'unknown error' } = error as NodeJS.ErrnoException
    const reason = errno === undefined ? code : getSystemErrorMessage(errno)
    throw new UsageError(`--policy: cannot read ${file}: ${reason}; write a file, or {"Version":…}`)
  }
}
