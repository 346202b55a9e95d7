/** Keeps issued sessions in this environment's memory. Loaded lazily (bundle.ts). */
import { hash } from 'node:crypto'
import { createSessionReuse, type ReuseSession } from '@token-broker/core/session-reuse'
import type { Clocks } from '../caching.ts'
import { networkOf } from '../network-of.ts'

export function createReuseInMemory(clocks: Clocks): ReuseSession {
  // `JSON` escapes each surrogate without its other half, so that no two texts have one encoding.
  const digest = (text: string) => hash('sha256', text, 'base64url')
  return createSessionReuse({ ...clocks, digest, networkOf })
}
