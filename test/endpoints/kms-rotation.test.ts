/** A rotation of KMS keys, deployment by deployment: no verifier with keys of five minutes ago ever meets a key it lacks. */
import { createLocalJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseKmsKey } from '../../packages/functions/src/adapters/signers/kms-key.ts'
import {
  createKmsSigner,
  openKms,
} from '../../packages/functions/src/adapters/signers/kms-signer.ts'
import { composeIssuer } from '../../packages/functions/src/compose-issuer.ts'
import { type KmsServer, startKmsServer } from '../fixtures/kms-server.ts'

const ISSUER = 'https://broker.example'
const STEP_SECONDS = 30
/** How long a verifier may keep the keys, and how long a token lives. */
const [KEPT_SECONDS, LIFETIME_SECONDS] = [300, 300]
/** The two functions of one deployment change within this time, in either order. */
const ROLL_OUT_SECONDS = 120
const WAIT_SECONDS = KEPT_SECONDS + LIFETIME_SECONDS + ROLL_OUT_SECONDS

interface Deployment {
  readonly signs: string
  readonly publishes: readonly string[]
}

let kms: KmsServer
let old: string
let young: string

beforeAll(async () => {
  kms = await startKmsServer()
  old = kms.createKey('RSA_2048')
  young = kms.createKey('RSA_2048')
})
afterAll(() => kms.close())

/** Whether a token that one key has really signed verifies with the document that the issuer function really gives. */
const verdicts = new Map<string, Promise<boolean>>()
function verifies(signs: string, publishes: readonly string[]): Promise<boolean> {
  const name = JSON.stringify([signs, publishes])
  const known = verdicts.get(name) ?? signAndVerify(signs, publishes)
  verdicts.set(name, known)
  return known
}

async function signAndVerify(signs: string, publishes: readonly string[]): Promise<boolean> {
  const { signal } = new AbortController()
  const key = parseKmsKey(signs) ?? expect.unreachable()
  const access = {
    endpoint: kms.url,
    credentials: kms.credentials,
    region: key.region,
    now: Date.now,
  }
  const token = await createKmsSigner({
    kms: openKms(access),
    key,
    algorithm: 'RS256',
    issuer: ISSUER,
  }).sign({}, signal)
  const app = composeIssuer(
    {
      ...kms.environment,
      BROKER_ISSUER: ISSUER,
      BROKER_KMS_ENDPOINT: kms.url,
      BROKER_KMS_PUBLISHED_KEYS: publishes.join(','),
    },
    { now: Date.now, newId: () => 'id', log: expect.unreachable },
  )
  const path = '/.well-known/jwks.json'
  const { body } = await app({
    method: 'GET',
    path,
    headers: {},
    body: undefined,
    clientIp: '203.0.113.7',
    signal,
  })
  return jwtVerify(token, createLocalJWKSet(JSON.parse(body))).then(
    () => true,
    () => false,
  )
}

/** Tries every moment of signing, verifying and last fetch, and counts the tokens that meet keys without theirs. */
async function countFailures(
  deployments: readonly Deployment[],
  waitSeconds: number,
): Promise<number> {
  const at = (seconds: number, rolledOutAfter: number) => {
    const index = Math.floor((seconds - rolledOutAfter) / waitSeconds)
    return deployments[Math.min(Math.max(index, 0), deployments.length - 1)] ?? expect.unreachable()
  }
  let failures = 0
  for (const [signerDelay, issuerDelay] of [
    [0, 0],
    [ROLL_OUT_SECONDS, 0],
    [0, ROLL_OUT_SECONDS],
  ] as const) {
    for (let signed = 0; signed <= deployments.length * waitSeconds; signed += STEP_SECONDS) {
      for (
        let fetched = signed - KEPT_SECONDS;
        fetched <= signed + LIFETIME_SECONDS;
        fetched += STEP_SECONDS
      ) {
        const { signs } = at(signed, signerDelay)
        const { publishes } = at(fetched, issuerDelay)
        if (!(await verifies(signs, publishes))) failures++
      }
    }
  }
  return failures
}

const before = () => ({ signs: old, publishes: [old] })
const announced = () => ({ signs: old, publishes: [old, young] })
const switched = () => ({ signs: young, publishes: [young, old] })
const after = () => ({ signs: young, publishes: [young] })

test('announce, switch, retire: every token verifies', async () => {
  expect(await countFailures([before(), announced(), switched(), after()], WAIT_SECONDS)).toBe(0)
})

test.each([
  ['a key that signs before it was announced', () => [before(), switched(), after()], WAIT_SECONDS],
  ['a key that is retired while it signs', () => [before(), announced(), after()], WAIT_SECONDS],
  ['steps without the wait', () => [before(), announced(), switched(), after()], STEP_SECONDS],
] as const)('%s loses tokens', async (_, deployments, waitSeconds) => {
  expect(await countFailures(deployments(), waitSeconds)).toBeGreaterThan(0)
})
