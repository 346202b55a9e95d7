/** Reads what an issuer responds about a token, and refuses what says nothing about it. */
import { parseStrictObject } from '@token-broker/core/strict-json'
import type { CheckOptions, ProviderResponse } from './token-check.ts'

type ReadOptions = Pick<CheckOptions, 'refusal'>

/**
 * @returns the JSON object of a response with status 200
 * @throws `throttled`, `issuer_unavailable`
 */
export function readProviderJson(
  response: ProviderResponse,
  url: string,
  options: ReadOptions,
): Record<string, unknown> {
  const { refusal } = options
  const { status } = response
  if (status === 429) throw refusal('throttled', `${url} responded with status 429.`, 1)
  if (status !== 200) throw refusal('issuer_unavailable', `${url} responded with status ${status}.`)
  return parseProviderJson(response, url, options)
}

/** @throws `issuer_unavailable` */
export function parseProviderJson(
  { body }: ProviderResponse,
  url: string,
  { refusal }: ReadOptions,
): Record<string, unknown> {
  try {
    return parseStrictObject(body)
  } catch (error) {
    // Other errors quote the text, which is about a user.
    const problem = error instanceof SyntaxError ? error.message : 'is not JSON'
    throw refusal('issuer_unavailable', `${url} responded with a body that ${problem}.`)
  }
}

/** @returns the id as text; undefined where it is neither non-empty text nor an integer */
export function readId(id: unknown): string | undefined {
  const isInteger = typeof id === 'bigint' || Number.isSafeInteger(id)
  if (isInteger) return String(id)
  return typeof id === 'string' && id !== '' ? id : undefined
}

/** Members that are undefined would be absent once the claims are remembered. */
export function presentClaims(claims: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined))
}
