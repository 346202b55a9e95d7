/** The only file that uses the platform's clock, `fetch` and Web Crypto. */
import type { Fetch } from './provider-options.ts'

/** Reads the global at each call, so that a wrapper that the app installs later is used too. */
export const platformFetch: Fetch = (url, init) => fetch(url, init)

/** Milliseconds since 1970. */
export const platformNow = (): number => Date.now()

/** Reads the global at each call: older browsers have it in secure contexts only. */
export const platformCrypto = () => crypto

/** A random text that identifies a proof. */
export const newProofId = (): string => crypto.randomUUID()
