/** A broker, its clock, and tokens that are bound to keys or to certificates. */
import { issueProofNonce } from '@token-broker/core'
import { createDpopKey, type DpopKey, type ProofOptions } from '../fixtures/dpop-key.ts'
import { startTestBroker, type TestBroker } from '../fixtures/index.ts'
import { BROKER_URL } from './bound-token-requests.ts'

export const SESSION_NAME_KEY = 'a secret of the deployment, for tests of bound tokens'

export interface BoundTokenBroker extends TestBroker {
  /** Milliseconds since the epoch; the broker's own clock. */
  readonly clock: { now: number }
  readonly key: DpopKey
  /** As another instance of the deployment issues it, with the same clock unless `at` is given. */
  nonce(at?: number): string
  /** A token of alice that is bound to the key. */
  boundToken(claims?: object): Promise<string>
  /** A good proof of the key, but for what the options change. */
  proof(
    options: Partial<ProofOptions> & Pick<ProofOptions, 'token'> & { path: string },
  ): Promise<string>
}

/** @param issuerMember one more member of the issuer, as YAML */
export async function startBoundTokenBroker(issuerMember = ''): Promise<BoundTokenBroker> {
  const clock = { now: Date.now() }
  const broker = await startTestBroker({
    documents: (issuer) => [tenantWithReleasedGrant(issuer, issuerMember)],
    environment: { BROKER_SESSION_NAME_KEY: SESSION_NAME_KEY },
    now: () => clock.now,
  })
  const key = await createDpopKey()
  const nonce = (at = clock.now) => issueProofNonce(SESSION_NAME_KEY, at)
  return {
    ...broker,
    ...{ clock, key, nonce },
    boundToken: (claims) => broker.token({ cnf: key.cnf, ...claims }),
    proof: ({ path, ...options }) =>
      key.proof({ url: BROKER_URL + path, nonce: nonce(), iat: clock.now / 1000, ...options }),
  }
}

function tenantWithReleasedGrant(issuer: string, issuerMember: string): string {
  return `
tenant: acme
issuers:
  - issuer: ${issuer}
    audiences: [acme-app]
    ${issuerMember}
attributes: { user: { from: claims.sub } }
rules:
  - { name: all read, grant: read }
  - { name: all release, grant: released }
grants:
  read:
    role: arn:aws:iam::111122223333:role/read
    policy: [{ Effect: Allow, Action: s3:GetObject, Resource: 'arn:aws:s3:::acme/{{user}}' }]
  released:
    role: arn:aws:iam::111122223333:role/released
    releasedAudience: acme-released
    policy: [{ Effect: Allow, Action: s3:GetObject, Resource: 'arn:aws:s3:::acme/{{user}}' }]
`
}
