/** Reads the inputs of calls, which any program of this machine with the key could send. */
import type { TenantSource } from '@token-broker/console/wire'
import { UsageError } from '../cli-error.ts'

type Fields = Readonly<Record<string, unknown>>

export function inputFields(input: unknown): Fields {
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return { ...input }
  throw new UsageError('the input is no JSON object')
}

/** @throws {UsageError} without the value */
export function inputText(fields: Fields, name: string): string {
  const value = fields[name]
  if (typeof value === 'string') return value
  throw new UsageError(`the input has no text "${name}"`)
}

/** @throws {UsageError} */
export function inputCount(fields: Fields, name: string): number {
  const value = fields[name]
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new UsageError(`the input has no number "${name}"`)
}

/** @throws {UsageError} */
export function inputSource(fields: Fields): TenantSource {
  const { source } = fields
  if (source === 'directory' || source === 'table') return source
  throw new UsageError('the input has no source: expected "directory" or "table"')
}
