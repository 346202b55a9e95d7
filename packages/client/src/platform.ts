/** The one file that takes the clock and `fetch` from the platform; options may replace both. */
import type { Fetch } from './options.ts'

/** Looked up at each call, so that what an app puts around the global `fetch` later is used too. */
export const platformFetch: Fetch = (url, init) => fetch(url, init)

/** Milliseconds since 1970. */
export const platformNow = (): number => Date.now()
