/** The conditions under which a signed assertion is accepted (SAML Profiles §4.1.4, Core §2.5). */
import type { SamlProfile } from '../model/compiled-tenant.ts'
import { shownValue } from '../model/shown-value.ts'
import type { AssertionContent } from './read-assertion.ts'
import type { ResponseContent } from './read-response.ts'
import type { Confirmation } from './read-subject.ts'
import { BEARER, TRANSIENT_FORMAT } from './saml-names.ts'

/** One condition, with what the operator reads where it did not pass. */
export interface CheckedCondition {
  readonly check: string
  readonly passed: boolean
  readonly expected: unknown
  readonly found: unknown
  readonly message: string
  /** What the caller may read of it. */
  readonly callerMessage?: string
  readonly code: 'invalid_token' | 'token_expired'
}

export interface SignedContent {
  readonly response: Omit<ResponseContent, 'assertion' | 'signature' | 'element'> | undefined
  readonly isResponseSigned: boolean
  readonly assertion: AssertionContent
}

/**
 * @param nowMs milliseconds since the epoch
 * @returns the checks in order, up to the first that did not pass
 */
export function checkAssertion(
  content: SignedContent,
  profile: SamlProfile,
  nowMs: number,
): readonly CheckedCondition[] {
  const checks: CheckedCondition[] = []
  for (const check of conditionsOf(content, profile, nowMs)) {
    checks.push(check)
    if (!check.passed) break
  }
  return checks
}

function* conditionsOf(
  { response, isResponseSigned, assertion }: SignedContent,
  profile: SamlProfile,
  nowMs: number,
): Generator<CheckedCondition> {
  const { issuer, saml, subject: subjectClaim } = profile
  const { conditions, authentication, subject } = assertion
  const toleranceMs = profile.clockToleranceSeconds * 1000
  const times = { nowMs, toleranceMs }
  yield equal('Issuer of the assertion is the issuer', assertion.issuer, issuer)
  if (response?.issuer !== undefined)
    yield equal('Issuer of the response is the issuer', response.issuer, issuer)
  if (response !== undefined) {
    const { destination } = response
    // SAML Bindings §3.5.5.2: a signed message states where it was sent.
    const isStated = destination !== undefined || !isResponseSigned
    const isOurs = destination === undefined || saml.recipients.includes(destination)
    yield condition(
      'Destination of the response is a recipient',
      isStated && isOurs,
      saml.recipients,
      destination ?? '(absent)',
      'The response was sent to another application (Destination)',
      'correct verify.recipients of the tenant document, or the URL at the identity provider; a ' +
        'signed response needs a Destination',
    )
    yield* issued('the response', response.issueInstant, profile, times)
  }
  yield* issued('the assertion', assertion.issueInstant, profile, times)
  yield* within('Conditions', conditions.notBefore, conditions.notOnOrAfter, times)
  const { isOneTime, audiences } = conditions
  yield condition(
    'assertion may be used more than once',
    !isOneTime,
    'no OneTimeUse',
    isOneTime ? 'OneTimeUse' : '(absent)',
    'The assertion has the condition OneTimeUse, and a client sends one again to refresh its ' +
      'credentials',
    'turn the condition off at the identity provider',
  )
  yield condition(
    'assertion names its audience',
    audiences.length > 0,
    'an AudienceRestriction',
    audiences.length,
    'The assertion has no AudienceRestriction, so it may be for any application',
    'set the audience at the identity provider',
  )
  yield* confirmed(subject.confirmations, saml.recipients, times)
  if (authentication?.sessionNotOnOrAfter !== undefined)
    yield* within('AuthnStatement', undefined, authentication.sessionNotOnOrAfter, times)
  if (subjectClaim !== undefined) return
  const { format, nameQualifier } = subject.nameId
  yield condition(
    'NameID is the same at each login',
    format !== TRANSIENT_FORMAT,
    'a format other than transient',
    format ?? '(absent)',
    'The NameID is transient, another one for each login',
    'set a persistent NameID at the identity provider, or name an attribute in the field subject ' +
      'of the issuer',
  )
  yield condition(
    'NameID is a name of this issuer (NameQualifier)',
    nameQualifier === undefined || nameQualifier === issuer,
    issuer,
    nameQualifier ?? '(absent)',
    'The NameID is a name of another identity provider (NameQualifier), where it may be another ' +
      'user',
    'name an attribute in the field subject of the issuer',
  )
}

interface Times {
  readonly nowMs: number
  readonly toleranceMs: number
}

function* issued(
  what: string,
  at: number,
  { maxTokenAgeSeconds }: SamlProfile,
  { nowMs, toleranceMs }: Times,
): Generator<CheckedCondition> {
  const [latest, tolerance] = [nowMs + toleranceMs, describeClock({ nowMs, toleranceMs })]
  yield timeCondition(
    [`${what} was not issued in the future (IssueInstant)`, at <= latest, latest, at],
    '<=',
    [
      `${capitalized(what)} was issued in the future: IssueInstant is`,
      tolerance,
      'compare the clocks',
    ],
  )
  const oldest = nowMs - toleranceMs - maxTokenAgeSeconds * 1000
  yield timeCondition(
    [`${what} is not too old (IssueInstant, maxTokenAge)`, at >= oldest, oldest, at],
    '>=',
    [
      `${capitalized(what)} is too old: IssueInstant is`,
      `${tolerance} and maxTokenAge ${maxTokenAgeSeconds} s`,
      'log in again at the identity provider',
    ],
    'token_expired',
  )
}

function* within(
  what: string,
  notBefore: number | undefined,
  notOnOrAfter: number | undefined,
  { nowMs, toleranceMs }: Times,
): Generator<CheckedCondition> {
  const [latest, earliest] = [nowMs + toleranceMs, nowMs - toleranceMs]
  const tolerance = describeClock({ nowMs, toleranceMs })
  if (notBefore !== undefined)
    yield timeCondition(
      [`${what} is already valid (NotBefore)`, notBefore <= latest, latest, notBefore],
      '<=',
      [`The assertion is not valid yet: NotBefore of ${what} is`, tolerance, 'compare the clocks'],
    )
  if (notOnOrAfter !== undefined)
    yield timeCondition(
      [`${what} is still valid (NotOnOrAfter)`, notOnOrAfter > earliest, earliest, notOnOrAfter],
      '>',
      [
        `The assertion has expired: NotOnOrAfter of ${what} is`,
        tolerance,
        'log in again at the identity provider',
      ],
      'token_expired',
    )
}

/**
 * One confirmation must say that any bearer may use the assertion here, within a time (SAML
 * Profiles §4.1.4.2). Without a recipient, any application could send on what its users sent.
 */
function* confirmed(
  confirmations: readonly Confirmation[],
  recipients: readonly string[],
  times: Times,
): Generator<CheckedCondition> {
  const bearers = confirmations.filter(({ method }) => method === BEARER)
  yield condition(
    'subject is confirmed by the method bearer',
    bearers.length > 0,
    BEARER,
    confirmations.map(({ method }) => method),
    'No SubjectConfirmation has the method bearer, so the assertion is bound to a key, or is for ' +
      'another one than its subject',
    'let the identity provider confirm by bearer',
  )
  const ours = bearers.filter(({ recipient = '' }) => recipients.includes(recipient))
  yield condition(
    'assertion is addressed to a recipient',
    ours.length > 0,
    recipients,
    bearers.map(({ recipient = '(absent)' }) => recipient),
    'The assertion was issued for another application (Recipient)',
    'correct verify.recipients of the tenant document, or the URL at the identity provider',
  )
  const limited = ours.filter(({ notOnOrAfter }) => notOnOrAfter !== undefined)
  yield condition(
    'confirmation has an end (NotOnOrAfter)',
    limited.length > 0,
    'NotOnOrAfter',
    limited.length,
    'The SubjectConfirmationData has no NotOnOrAfter, so the assertion could be used forever',
    'let the identity provider set it',
  )
  const valid = limited.find(({ notBefore, notOnOrAfter }) =>
    [...within('', notBefore, notOnOrAfter, times)].every(({ passed }) => passed),
  )
  const shown = valid ?? limited[0]
  yield* within('SubjectConfirmationData', shown?.notBefore, shown?.notOnOrAfter, times)
}

function equal(check: string, found: string, expected: string): CheckedCondition {
  const what = 'The assertion or its response names another issuer than the one that signed it'
  const advice = 'send the response as the identity provider sent it'
  return condition(check, found === expected, expected, found, what, advice)
}

function condition(
  check: string,
  passed: boolean,
  expected: unknown,
  found: unknown,
  what: string,
  advice: string,
): CheckedCondition {
  const values = passed ? '' : `: expected ${shownValue(expected)}, found ${shownValue(found)}`
  return { check, passed, expected, found, message: `${what}${values}; ${advice}.`, code: INVALID }
}

const INVALID = 'invalid_token'

/**
 * The caller knows the times of its own assertion, and not the settings of the document.
 * @param setting what of the document counts, after the time
 */
function timeCondition(
  [check, passed, expected, found]: readonly [string, boolean, number, number],
  sign: string,
  [what, setting, advice]: readonly [string, string, string],
  code: CheckedCondition['code'] = INVALID,
): CheckedCondition {
  return {
    ...{ check, passed, expected: `${sign} ${timestamp(expected)}`, found: timestamp(found), code },
    message: `${what} ${timestamp(found)}, ${setting}; ${advice}.`,
    callerMessage: `${what} ${timestamp(found)}; ${advice}.`,
  }
}

function describeClock({ nowMs, toleranceMs }: Times): string {
  return `the time of the broker is ${timestamp(nowMs)}, clockTolerance ${toleranceMs / 1000} s`
}

function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace('.000', '')
}

function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
