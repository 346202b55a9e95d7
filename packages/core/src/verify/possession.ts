/** Whether the sender of a token has the keys to which the token is bound. */
import type { PresentedProof } from '../model/credential-request.ts'
import { sha256Base64url } from '../model/digest.ts'
import type { RequestContext } from '../model/request-context.ts'
import type { Trace } from '../model/trace.ts'
import { readConfirmation } from './confirmation.ts'
import { demandPossessed, describeValues } from './demand.ts'
import { demandDpopProof, type ProofPorts } from './demand-dpop-proof.ts'
import type { SubjectToken } from './subject-token.ts'

/**
 * A token with `cnf` is of use only to the one who has its key. One without it needs no proof, and
 * must not be sent as if it were bound: its sender would rely on a protection that does not exist.
 * @param claims of the token, whose issuer has been found to vouch for them
 * @param token its text
 * @param dpop undefined: the request cannot carry a proof
 * @throws {BrokerError} `invalid_token`, `invalid_dpop_proof`, `use_dpop_nonce`
 */
export function demandPossession(
  claims: SubjectToken['claims'],
  token: string,
  dpop: PresentedProof | undefined,
  context: RequestContext<ProofPorts>,
): void {
  const { trace, clientCertificate } = context
  const { jkt, 'x5t#S256': certificateDigest } = readConfirmation(claims, trace)
  if (certificateDigest !== undefined)
    demandCertificate(certificateDigest, clientCertificate, trace)
  if (jkt === undefined) demandNoDpopScheme(dpop, trace)
  else demandDpopProof(token, jkt, demandCarriedProof(dpop, trace), context)
}

/** RFC 9449 §7.2: a bound token must not be accepted as a bearer token. */
function demandCarriedProof(dpop: PresentedProof | undefined, trace: Trace): PresentedProof {
  const isCarried = dpop !== undefined && dpop.scheme !== 'Bearer'
  const found = dpop === undefined ? 'an endpoint without proofs' : (dpop.scheme ?? 'in the body')
  const check = 'bound token is sent with the scheme DPoP'
  demandPossessed(trace, check, isCarried, 'DPoP, or in the body', found, [
    dpop === undefined
      ? 'The token is bound to a key (cnf.jkt), and its DPoP proof cannot be sent here; send it ' +
        'as the subject token to /v1/credentials or /v1/token, with the proof, or get a bearer ' +
        'token.'
      : 'The token is bound to a key (cnf.jkt); send it as Authorization: DPoP TOKEN, not as ' +
        'Bearer (RFC 9449 §7.2).',
  ])
  return dpop
}

/** Recorded only where it fails: most tokens are bearer tokens, and sent as such. */
function demandNoDpopScheme(dpop: PresentedProof | undefined, trace: Trace): void {
  if (dpop?.scheme !== 'DPoP') return
  const check = 'token that is sent with a proof is bound to a key'
  demandPossessed(trace, check, false, 'cnf.jkt', '(absent)', [
    'The token is sent as Authorization: DPoP, but is not bound to a key (cnf.jkt); send it as ' +
      'Bearer, or get a token with DPoP from the issuer.',
  ])
}

/**
 * Whether the certificate is valid and its key the client's, API Gateway has checked when the
 * connection began.
 */
function demandCertificate(expected: string, pem: string | undefined, trace: Trace): void {
  const found = pem === undefined ? undefined : certificateDigestOf(pem)
  const check = 'client certificate is the token’s (cnf.x5t#S256)'
  demandPossessed(trace, check, found === expected, expected, found ?? '(no certificate)', [
    found === undefined
      ? 'The token is bound to a client certificate (cnf.x5t#S256), and the connection has none; ' +
        'connect with it, to a broker that requires mutual TLS.'
      : 'The token is bound to another client certificate than that of the connection ' +
        `(cnf.x5t#S256): ${describeValues(expected, found)}; connect with the certificate with ` +
        'which the token was requested.',
  ])
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/

/** Of the DER form of the first certificate, which is the client's own. */
function certificateDigestOf(pem: string): string | undefined {
  const [, base64] = CERTIFICATE.exec(pem) ?? []
  return base64 === undefined ? undefined : sha256Base64url(Buffer.from(base64, 'base64'))
}
