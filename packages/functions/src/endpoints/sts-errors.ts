/** Refusals at the STS Query API, with AWS's codes. */
import type { RefusalCode } from '@token-broker/core'
import type { StsError } from './sts-xml.ts'

export type StsAction = 'AssumeRoleWithWebIdentity' | 'AssumeRoleWithSAML'

/** One entry for each code of core: a missing entry does not compile. */
const ERRORS: Readonly<Record<RefusalCode, StsError>> = {
  invalid_request: { status: 400, code: 'ValidationError', message: 'The request is not valid.' },
  invalid_token: {
    status: 400,
    code: 'InvalidIdentityToken',
    message: 'The web identity token is not valid.',
  },
  issuer_untrusted: {
    status: 400,
    code: 'InvalidIdentityToken',
    message: 'The token’s issuer is not trusted.',
  },
  token_expired: {
    status: 400,
    code: 'ExpiredTokenException',
    message: 'The web identity token has expired.',
  },
  // These two do not occur here: no request can carry a proof.
  invalid_dpop_proof: {
    status: 400,
    code: 'InvalidIdentityToken',
    message: 'The proof of the token’s key is not valid.',
  },
  use_dpop_nonce: {
    status: 400,
    code: 'InvalidIdentityToken',
    message: 'The proof of the token’s key needs a nonce.',
  },
  issuer_unavailable: {
    status: 400,
    code: 'IDPCommunicationError',
    message: 'The issuer’s keys cannot be fetched.',
  },
  access_denied: {
    status: 403,
    code: 'AccessDenied',
    message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
  },
  claim_unusable: {
    status: 403,
    code: 'AccessDenied',
    message: 'A claim of the token cannot be used in a session.',
  },
  sts_rejected: { status: 403, code: 'IDPRejectedClaim', message: 'AWS STS refused the session.' },
  policy_too_large: {
    status: 400,
    code: 'PackedPolicyTooLarge',
    message: 'The session policy is too large.',
  },
  throttled: { status: 400, code: 'Throttling', message: 'Rate exceeded' },
  upstream_unavailable: {
    status: 503,
    code: 'ServiceUnavailable',
    message: 'AWS STS is not responding.',
  },
  config_invalid: {
    status: 500,
    code: 'InternalFailure',
    message: 'The broker is misconfigured.',
  },
  internal: { status: 500, code: 'InternalFailure', message: 'The broker failed.' },
}

/** What `AssumeRoleWithSAML` says in other words. */
const SAML_MESSAGES: Readonly<Partial<Record<RefusalCode, string>>> = {
  invalid_token: 'The SAML assertion is not valid.',
  issuer_untrusted: 'The assertion’s issuer is not trusted.',
  token_expired: 'The SAML assertion has expired.',
  issuer_unavailable: 'The issuer’s metadata cannot be fetched.',
  access_denied: 'Not authorized to perform sts:AssumeRoleWithSAML',
  claim_unusable: 'An attribute of the assertion cannot be used in a session.',
}

export function stsErrorOf(code: RefusalCode, action: StsAction): StsError {
  const error = ERRORS[code]
  const message = action === 'AssumeRoleWithSAML' ? SAML_MESSAGES[code] : undefined
  return message === undefined ? error : { ...error, message }
}
