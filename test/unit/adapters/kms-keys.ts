/** A KMS with two keys for the tests of one file, and responses that replace its own. */
import type { ServerResponse } from 'node:http'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import {
  type KmsKey,
  parseKmsKey,
} from '../../../packages/functions/src/adapters/signers/kms-key.ts'
import { type KmsServer, startKmsServer } from '../../fixtures/kms-server.ts'

/** After each test, KMS responds itself again and its recorded calls are cleared. */
export function useKmsServer() {
  let server: KmsServer
  let rsa: string
  let elliptic: string
  beforeAll(async () => {
    server = await startKmsServer()
    rsa = server.createKey('RSA_2048')
    elliptic = server.createKey('ECC_NIST_P256')
  })
  afterAll(() => server.close())
  afterEach(() => {
    server.respondWith(undefined)
    server.calls.length = 0
  })
  return {
    server: () => server,
    access: () => ({ endpoint: server.url, credentials: server.credentials, now: Date.now }),
    /** ARN of the key for RS256. */
    rsa: () => rsa,
    /** ARN of the key for ES256. */
    elliptic: () => elliptic,
    /** @returns a function that returns the number of requests since */
    respondAlways: (status: number, body: unknown) => {
      let attempts = 0
      server.respondWith((response, count) => {
        attempts = count
        respond(response, status, body)
      })
      return () => attempts
    },
  }
}

export function respond(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body))
}

export function keyOf(arn: string): KmsKey {
  return parseKmsKey(arn) ?? expect.unreachable(arn)
}
