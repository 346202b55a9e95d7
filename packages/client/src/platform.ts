/** The only file that uses the platform's clock and `fetch`; options can replace both. */
import type { Fetch } from './provider-options.ts'

/** Reads the global at each call, so that a wrapper that the app installs later is used too. */
export const platformFetch: Fetch = (url, init) => fetch(url, init)

/** Milliseconds since 1970. */
export const platformNow = (): number => Date.now()
