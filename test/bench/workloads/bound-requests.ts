/** DPoP proofs for the measurements, made outside the process that is measured. */
import { createHash, createPrivateKey, type JsonWebKey, sign } from 'node:crypto'
import { issueProofNonce } from '@token-broker/core'

/** One proof for each token; they are valid for a minute, so a run reuses them. */
export function proofsFor(
  tokens: readonly string[],
  key: JsonWebKey,
  environment: Readonly<Record<string, string>>,
): readonly string[] {
  const { d: _, ...jwk } = key
  const privateKey = createPrivateKey({ key, format: 'jwk' })
  const { BROKER_ISSUER, BROKER_SESSION_NAME_KEY = '' } = environment
  const nonce = issueProofNonce(BROKER_SESSION_NAME_KEY, Date.now())
  const claims = {
    ...{ htm: 'POST', htu: `${BROKER_ISSUER}/v1/credentials`, nonce },
    iat: Math.floor(Date.now() / 1000),
  }
  return tokens.map((token, index) => {
    const ath = createHash('sha256').update(token).digest('base64url')
    const header = { typ: 'dpop+jwt', alg: 'ES256', jwk }
    const signed = [header, { ...claims, ath, jti: `proof-${index}` }]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    const options = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
    return `${signed}.${sign('sha256', Buffer.from(signed), options).toString('base64url')}`
  })
}
