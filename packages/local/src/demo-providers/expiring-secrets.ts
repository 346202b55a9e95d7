/** Codes and tokens of a demo provider: unguessable texts that stand for something for a while. */
import { randomBytes } from 'node:crypto'

/** A program that signs in without end must not fill the memory. */
const MAX_ENTRIES = 10_000

export interface ExpiringSecrets<Value> {
  /** @returns a new text for the value */
  add(value: Value, seconds: number): string
  /** @returns undefined for a text that was never issued, or has expired */
  find(text: string): Issued<Value> | undefined
  /** The same, and the text means nothing afterwards. */
  use(text: string): Value | undefined
}

interface Issued<Value> {
  readonly value: Value
  /** Milliseconds since the epoch. */
  readonly issuedAtMs: number
  readonly expiresAtMs: number
}

/** @param prefix with which texts begin */
export function createExpiringSecrets<Value>(
  prefix: string,
  now: () => number,
): ExpiringSecrets<Value> {
  const entries = new Map<string, Issued<Value>>()
  const find = (text: string) => {
    const entry = entries.get(text)
    return entry && entry.expiresAtMs > now() ? entry : undefined
  }
  return {
    add(value, seconds) {
      const [oldest] = entries.keys()
      if (oldest !== undefined && entries.size >= MAX_ENTRIES) entries.delete(oldest)
      const text = prefix + randomBytes(32).toString('base64url')
      const issuedAtMs = now()
      entries.set(text, { value, issuedAtMs, expiresAtMs: issuedAtMs + seconds * 1000 })
      return text
    },
    find,
    use(text) {
      const found = find(text)
      entries.delete(text)
      return found?.value
    },
  }
}
