/** Compiles the fields that issuers of all kinds have. */
import { parseClaimPath } from '../../expression/claim-paths.ts'
import type { CompiledIssuer, VerificationProfile } from '../../model/compiled-tenant.ts'
import type { DocumentPath, Report } from '../document-problem.ts'
import { readSeconds } from '../field-values.ts'
import type { NamedIssuerDocument } from '../schema.ts'

type Times = Pick<VerificationProfile, 'maxTokenAgeSeconds' | 'clockToleranceSeconds'>

/** Claims that many callers share, or that are another one in each token of a caller. */
const NOT_OF_THE_CALLER = ['iss', 'aud', 'azp', 'exp', 'nbf', 'iat', 'jti']
const DAY_SECONDS = 86_400
const MAX_TOKEN_AGE_SECONDS = 30 * DAY_SECONDS
const DEFAULT_TOLERANCE_SECONDS = 30
const MAX_TOLERANCE_SECONDS = 60
/** Control, format and separator characters but the space, lone surrogates, and outer spaces. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}|^ | $/u

/** A name is compared exactly. @returns whether it can be used */
export function checkIssuerName(name: string, path: DocumentPath, report: Report): boolean {
  const isVisible = !INVISIBLE.test(name)
  if (!isVisible)
    report(
      path,
      'the issuer contains characters that cannot be seen, or white space at an end',
      'write exactly the name of the issuer in its tokens',
    )
  return isVisible
}

export function compileTimes(
  { maxTokenAge, clockTolerance }: NamedIssuerDocument,
  path: DocumentPath,
  report: Report,
  defaultAgeSeconds = DAY_SECONDS,
): Times {
  const ageRange: [number, number] = [1, MAX_TOKEN_AGE_SECONDS]
  const toleranceRange: [number, number] = [0, MAX_TOLERANCE_SECONDS]
  return {
    maxTokenAgeSeconds: readSeconds(
      maxTokenAge,
      defaultAgeSeconds,
      ageRange,
      [...path, 'maxTokenAge'],
      report,
    ),
    clockToleranceSeconds: readSeconds(
      clockTolerance,
      DEFAULT_TOLERANCE_SECONDS,
      toleranceRange,
      [...path, 'clockTolerance'],
      report,
    ),
  }
}

/** `sub` needs no entry. */
export function compileSubject(
  subject: string | undefined,
  path: DocumentPath,
  report: Report,
): Pick<VerificationProfile, 'subject'> {
  if (subject === undefined) return {}
  const claim = parseClaimPath(subject)
  const [name = ''] = claim ?? []
  if (claim === undefined)
    report(
      path,
      `${subject} is not a claim`,
      'write one claim, such as claims.oid or claims["https://id.example/user"]',
    )
  else if (claim.length === 1 && NOT_OF_THE_CALLER.includes(name))
    report(
      path,
      `the claim ${name} does not identify the caller`,
      'write the claim that is different for each caller, and always the same for one caller',
    )
  return claim === undefined || (claim.length === 1 && name === 'sub') ? {} : { subject: claim }
}

export function compileParties(
  parties: NamedIssuerDocument['authorizedParties'] = [],
): Pick<CompiledIssuer, 'authorizedParties' | 'anyParty'> {
  return parties === 'any'
    ? { authorizedParties: [], anyParty: true }
    : { authorizedParties: [...new Set(parties)] }
}
