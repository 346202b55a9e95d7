/** Values of options that are a JSON object, or a file with one, such as `--policy`. */
import { readFileSync } from 'node:fs'
import { parseStrictObject } from '@token-broker/core/strict-json'
import { UsageError } from '../cli-error.ts'
import { unreadable } from '../file-error.ts'

type JsonObject = Readonly<Record<string, unknown>>

/**
 * The broker checks the policy itself; here it only has to be a JSON object that can be sent.
 * @throws {UsageError} saying what to write instead
 */
export function readPolicyOption(value: string | undefined): JsonObject | undefined {
  const refuseLargeNumbers = (policy: JsonObject) => {
    // A number that JavaScript rounds cannot be sent as it is.
    JSON.stringify(policy, (_, member: unknown) => {
      if (typeof member !== 'bigint') return member
      throw new SyntaxError('has a number that is too large to be exact; write it in quotes')
    })
  }
  const named = { option: '--policy', what: 'the policy', example: '{"Version":…}' }
  return readObject(value, named, refuseLargeNumbers)
}

/**
 * Claims of a token, in which an integer of more than 53 bits is a bigint.
 * @throws {UsageError} saying what to write instead
 */
export function readClaimsOption(
  option: '--claims' | '--actor-claims',
  value: string | undefined,
): JsonObject | undefined {
  return readObject(value, { option, what: 'the object', example: '{"sub":…}' }, () => undefined)
}

interface NamedOption {
  readonly option: string
  /** What the value is. */
  readonly what: string
  readonly example: string
}

function readObject(
  value: string | undefined,
  { option, what, example }: NamedOption,
  check: (object: JsonObject) => void,
): JsonObject | undefined {
  if (value === undefined) return undefined
  const isJson = isObjectText(value)
  const hint = `write a file, or ${example}`
  try {
    const object = parseStrictObject(isJson ? value : readOptionFile(option, value, hint))
    check(object)
    return object
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const where = isJson ? '' : `in ${value} `
    throw new UsageError(`${option}: ${what} ${where}${error.message}; write it as ${example}`)
  }
}

/** Whether the value is the object itself, and not the name of a file. */
export function isObjectText(value: string): boolean {
  return value.trimStart().startsWith('{')
}

function readOptionFile(option: string, file: string, hint: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`${option}: ${unreadable(file, error)}; ${hint}`)
  }
}
