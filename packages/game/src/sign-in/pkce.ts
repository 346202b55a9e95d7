/** Proof Key for Code Exchange (RFC 7636): a stolen code is of no use without the verifier. */
import { randomValues } from '../browser-platform.ts'

/** 43 characters, of 32 random bytes. */
export function randomText(): string {
  return base64Url(randomValues(32))
}

/** The `code_challenge` of the method S256. */
export async function challengeOf(verifier: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
  return base64Url(new Uint8Array(digest))
}

function base64Url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes))
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
