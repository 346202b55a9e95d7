/** The broker's own key, with which it signs the tokens for STS, rotates during load. */
import { generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import type { StormStage } from './storm-stage.ts'

/** The settings of the steps of a rotation, as stacks/README.md describes them. */
export function createRotation() {
  const [old, next] = [newKey(), newKey()]
  return {
    before: { BROKER_SIGNING_KEY: old },
    /** Step 1: the next key is published. */
    announced: { BROKER_SIGNING_KEY: old, BROKER_NEXT_SIGNING_KEY: next },
    /** Step 2: it signs, and the former one is published still. */
    switched: { BROKER_SIGNING_KEY: next, BROKER_NEXT_SIGNING_KEY: old },
  }
}

/** STS reads the published keys, and keeps them. */
export async function cacheKeys({ upstreams, nextUrl }: StormStage): Promise<void> {
  const response = await fetch(`${nextUrl()}/.well-known/jwks.json`)
  const { keys } = (await response.json()) as { keys: readonly JsonWebKey[] }
  await upstreams.set({ brokerKeys: keys })
}

function newKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}
