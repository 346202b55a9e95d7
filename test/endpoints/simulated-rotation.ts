/** A simulated rotation of real KMS keys, deployment by deployment, at every relevant moment. */
import { createLocalJWKSet, jwtVerify } from 'jose'
import { parseKmsKey } from '../../packages/functions/src/adapters/signers/kms-key.ts'
import {
  createKmsSigner,
  openKms,
} from '../../packages/functions/src/adapters/signers/kms-signer.ts'
import { composeIssuer } from '../../packages/functions/src/compose-issuer.ts'
import { clientOf, closeAfterTests } from '../fixtures/index.ts'
import { type KmsServer, startKmsServer } from '../fixtures/kms-server.ts'

/** What the two functions of a deployment are configured with: ARNs of keys. */
export interface Deployment {
  readonly signs: string
  readonly publishes: readonly string[]
}

export interface KeyRotation {
  readonly oldKey: string
  readonly newKey: string
  /** Tries every moment of signing and of fetching keys, and counts the tokens that are invalid. */
  countFailures(deployments: readonly Deployment[], waitSeconds: number): Promise<number>
}

export const STEP_SECONDS = 30
/** How long a verifier may keep the keys. */
const KEPT_SECONDS = 300
/** How long a token is valid. */
const LIFETIME_SECONDS = 300
/** Both functions of a deployment change within this time, in either order. */
const ROLL_OUT_SECONDS = 120
/** How long to wait from one deployment to the next. */
export const WAIT_SECONDS = KEPT_SECONDS + LIFETIME_SECONDS + ROLL_OUT_SECONDS

export async function startKeyRotation(): Promise<KeyRotation> {
  const kms = await closeAfterTests(startKmsServer())
  const results = new Map<string, boolean>()
  const isTokenValid = async (signs: string, publishes: readonly string[]) => {
    const name = JSON.stringify([signs, publishes])
    const result = results.get(name) ?? (await signAndVerify(kms, signs, publishes))
    results.set(name, result)
    return result
  }
  return {
    oldKey: kms.createKey('RSA_2048'),
    newKey: kms.createKey('RSA_2048'),
    countFailures: async (deployments, waitSeconds) => {
      let failures = 0
      for (const { signed, fetched } of moments(deployments.length * waitSeconds)) {
        const { signs } = deployedAt(signed, deployments, waitSeconds)
        const { publishes } = deployedAt(fetched, deployments, waitSeconds)
        if (!(await isTokenValid(signs, publishes))) failures++
      }
      return failures
    },
  }
}

/** When a token is signed and when its verifier last fetched keys, since the roll-out began. */
function* moments(endSeconds: number) {
  for (const [signerDelay, issuerDelay] of [
    [0, 0],
    [ROLL_OUT_SECONDS, 0],
    [0, ROLL_OUT_SECONDS],
  ] as const) {
    for (let signed = 0; signed <= endSeconds; signed += STEP_SECONDS) {
      const lastFetch = signed + LIFETIME_SECONDS
      for (let fetched = signed - KEPT_SECONDS; fetched <= lastFetch; fetched += STEP_SECONDS)
        yield { signed: signed - signerDelay, fetched: fetched - issuerDelay }
    }
  }
}

function deployedAt(
  seconds: number,
  deployments: readonly Deployment[],
  waitSeconds: number,
): Deployment {
  const index = Math.min(Math.max(Math.floor(seconds / waitSeconds), 0), deployments.length - 1)
  const deployment = deployments[index]
  if (!deployment) throw new Error('a rotation needs deployments')
  return deployment
}

/** Whether a token that this key signs is valid by what the issuer function publishes. */
async function signAndVerify(
  kms: KmsServer,
  signs: string,
  publishes: readonly string[],
): Promise<boolean> {
  const issuer = 'https://broker.example'
  const key = parseKmsKey(signs)
  if (!key) throw new Error('not the ARN of a key')
  const { url: endpoint, credentials } = kms
  const openedKms = openKms({ endpoint, credentials, region: key.region, now: Date.now })
  const signer = createKmsSigner({ kms: openedKms, key, algorithm: 'RS256', issuer })
  const token = await signer.sign({}, AbortSignal.timeout(15_000))
  const environment = {
    ...kms.environment,
    BROKER_LOCAL: '1',
    BROKER_ISSUER: issuer,
    BROKER_KMS_ENDPOINT: endpoint,
    BROKER_KMS_PUBLISHED_KEYS: publishes.join(','),
  }
  const log = (line: string) => {
    throw new Error(line)
  }
  const app = composeIssuer(environment, { now: Date.now, newId: () => 'id', log })
  const { body } = await clientOf(app).get('/.well-known/jwks.json')
  return jwtVerify(token, createLocalJWKSet(JSON.parse(body))).then(
    () => true,
    () => false,
  )
}
