/** Checks a DPoP proof: that the sender of a token has its key, and sends this request now. */
import type { PresentedProof } from '../model/credential-request.ts'
import { sha256Base64url } from '../model/digest.ts'
import type { RequestContext } from '../model/request-context.ts'
import { shownValue } from '../model/shown-value.ts'
import { isUnixTime, timeText } from '../model/time-text.ts'
import { demandPossessed, describeValues } from './demand.ts'
import { type DpopProof, readDpopProof, thumbprintOf } from './dpop-proof.ts'
import { isProofNonceValid } from './proof-nonce.ts'
import { normalizeProofUrl } from './proof-url.ts'

/** How far the time of a proof may be from ours, before and after. */
const CLOCK_SECONDS = 60

export interface ProofVerifier {
  /** Whether the signature is valid for the proof's own key, and that key is not a weak one. */
  verify(proof: DpopProof): boolean
}

export interface ProofPorts {
  readonly proofVerifier: ProofVerifier
  /** URL at which callers reach the broker, without a slash at its end. */
  readonly brokerIssuer: string
  /** Secret of the deployment, from which nonces are derived too. */
  readonly sessionNameKey: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

type Context = RequestContext<ProofPorts>

/**
 * Checks all of RFC 9449 §4.3. Nothing is stored about proofs, so the same one is accepted again
 * until its nonce or its `iat` is too old.
 * @param token the token with which the proof is sent
 * @param jkt the thumbprint that the token names
 * @throws {BrokerError} `invalid_dpop_proof`, `use_dpop_nonce`; `invalid_token` for a proof of
 *   another key
 */
export function demandDpopProof(
  token: string,
  jkt: string,
  presented: PresentedProof,
  context: Context,
): void {
  const { trace, ports } = context
  const proof = readDpopProof(presented.proof, trace)
  const thumbprint = thumbprintOf(proof.key)
  const isKey = thumbprint === jkt
  demandPossessed(trace, 'DPoP proof is of the token’s key (cnf.jkt)', isKey, jkt, thumbprint, [
    'The DPoP proof is of another key than that to which the token is bound (cnf.jkt): ' +
      `${describeValues(jkt, thumbprint)}; sign with the key with which the token was requested.`,
  ])
  demandSameRequest(proof, presented, context)
  demandSameToken(proof, token, context)
  demandRecent(proof, context)
  const isSigned = ports.proofVerifier.verify(proof)
  const check = 'signature is of the DPoP proof’s key'
  demandPossessed(trace, check, isSigned, 'a valid signature of a strong key', undefined, [
    'The signature of the DPoP proof is not valid for its key (jwk) and algorithm (alg), or the ' +
      'key is weak: expected RSA of 2048 bits or more, P-256, P-384, P-521 or Ed25519; sign the ' +
      'proof with the private key of jwk.',
    'invalid_dpop_proof',
  ])
  demandNonce(proof, context)
}

function demandSameRequest(
  { claims: { jti, htm, htu } }: DpopProof,
  { method, path }: PresentedProof,
  { trace, ports }: Context,
): void {
  const isNamed = typeof jti === 'string' && jti !== ''
  demandPossessed(
    trace,
    'DPoP proof has an id (jti)',
    isNamed,
    '1 or more characters',
    typeof jti,
    [
      `The DPoP proof has no id (jti): expected text, found ${shownValue(jti)}; write a random ` +
        'text into it.',
      'invalid_dpop_proof',
    ],
  )
  const isMethod = htm === method
  demandPossessed(trace, 'DPoP proof is for this method (htm)', isMethod, method, htm, [
    `The DPoP proof is for another method (htm): ${describeValues(method, htm)}; make a new ` +
      'proof for each request.',
    'invalid_dpop_proof',
  ])
  // Never from the header Host, which the sender of a stolen proof could choose.
  const url = normalizeProofUrl(ports.brokerIssuer + path)
  const isUrl = typeof htu === 'string' && url !== undefined && normalizeProofUrl(htu) === url
  demandPossessed(trace, 'DPoP proof is for this URL (htu)', isUrl, url, htu, [
    `The DPoP proof is for another URL (htu): expected ${url}, found ${shownValue(htu)}; make a ` +
      'new proof for each request.',
    'invalid_dpop_proof',
  ])
}

function demandSameToken({ claims: { ath } }: DpopProof, token: string, { trace }: Context): void {
  const isSame = ath === sha256Base64url(token)
  const found = ath === undefined ? '(absent)' : 'another value'
  demandPossessed(trace, 'DPoP proof is for this token (ath)', isSame, 'its digest', found, [
    'The DPoP proof is for another token (ath): expected the SHA-256 digest of the token in ' +
      `base64url, found ${ath === undefined ? 'none' : found}; make a new proof for each token.`,
    'invalid_dpop_proof',
  ])
}

function demandRecent({ claims: { iat } }: DpopProof, { trace, ports }: Context): void {
  const now = ports.now() / 1000
  const isRecent = typeof iat === 'number' && Math.abs(now - iat) <= CLOCK_SECONDS
  const expected = `${now} ± ${CLOCK_SECONDS}`
  demandPossessed(trace, 'DPoP proof is recent (iat)', isRecent, expected, iat, [
    `The DPoP proof is not recent (iat): expected at most ${CLOCK_SECONDS} s before or after ` +
      `${timeText(now)}, found ${isUnixTime(iat) ? timeText(iat) : shownValue(iat)}; make a new ` +
      'proof for each request, and compare the clocks.',
    'invalid_dpop_proof',
  ])
}

/** Without it, who once used the key could make proofs for later (RFC 9449 §11.2). */
function demandNonce({ claims: { nonce } }: DpopProof, { trace, ports }: Context): void {
  const { sessionNameKey, now } = ports
  const isValid = typeof nonce === 'string' && isProofNonceValid(nonce, sessionNameKey, now())
  const found = nonce === undefined ? '(absent)' : 'another value'
  demandPossessed(trace, 'DPoP proof has a nonce of the broker', isValid, 'a recent one', found, [
    'The DPoP proof needs a recent nonce of the broker: expected that of the header DPoP-Nonce ' +
      `of this response, found ${nonce === undefined ? 'none' : found}; make a new proof with it.`,
    'use_dpop_nonce',
  ])
}
