/** The conditions under which a signed assertion is accepted (SAML Profiles §4.1.4, Core §2.5). */
import type { SamlProfile } from '../model/compiled-tenant.ts'
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
      'The response was sent to another application: its Destination is not in verify.recipients ' +
        'of the tenant document, or is absent although the response is signed.',
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
    'The assertion has the condition OneTimeUse. The broker keeps no list of used assertions, ' +
      'and a client sends one again to refresh its credentials; turn the condition off at the ' +
      'identity provider.',
  )
  yield condition(
    'assertion names its audience',
    audiences.length > 0,
    'an AudienceRestriction',
    audiences.length,
    'The assertion has no AudienceRestriction, so it may be for any application; set the ' +
      'audience at the identity provider.',
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
    'The NameID is transient: another one for each login. Set a persistent NameID at the ' +
      'identity provider, or name an attribute in the field subject of the issuer.',
  )
  yield condition(
    'NameID is a name of this issuer (NameQualifier)',
    nameQualifier === undefined || nameQualifier === issuer,
    issuer,
    nameQualifier ?? '(absent)',
    'The NameID is a name of another identity provider, where it may be another user; name an ' +
      'attribute in the field subject of the issuer.',
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
  yield condition(
    `${what} was not issued in the future (IssueInstant)`,
    at <= nowMs + toleranceMs,
    `<= ${timestamp(nowMs + toleranceMs)}`,
    timestamp(at),
    `${capitalized(what)} was issued in the future: IssueInstant is ${timestamp(at)}; compare ` +
      'the clocks.',
  )
  const oldest = nowMs - toleranceMs - maxTokenAgeSeconds * 1000
  yield condition(
    `${what} is not too old (IssueInstant, maxTokenAge)`,
    at >= oldest,
    `>= ${timestamp(oldest)}`,
    timestamp(at),
    `${capitalized(what)} is too old: IssueInstant is ${timestamp(at)}, and maxTokenAge is ` +
      `${maxTokenAgeSeconds} s; log in again at the identity provider.`,
    'token_expired',
  )
}

function* within(
  what: string,
  notBefore: number | undefined,
  notOnOrAfter: number | undefined,
  { nowMs, toleranceMs }: Times,
): Generator<CheckedCondition> {
  if (notBefore !== undefined)
    yield condition(
      `${what} is already valid (NotBefore)`,
      notBefore <= nowMs + toleranceMs,
      `<= ${timestamp(nowMs + toleranceMs)}`,
      timestamp(notBefore),
      `The assertion is not valid yet: NotBefore of ${what} is ${timestamp(notBefore)}; compare ` +
        'the clocks.',
    )
  if (notOnOrAfter !== undefined)
    yield condition(
      `${what} is still valid (NotOnOrAfter)`,
      notOnOrAfter > nowMs - toleranceMs,
      `> ${timestamp(nowMs - toleranceMs)}`,
      timestamp(notOnOrAfter),
      `The assertion has expired: NotOnOrAfter of ${what} is ${timestamp(notOnOrAfter)}; log in ` +
        'again at the identity provider.',
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
    'No SubjectConfirmation has the method bearer: the assertion is bound to a key, or is for ' +
      'another one than its subject.',
  )
  const ours = bearers.filter(({ recipient = '' }) => recipients.includes(recipient))
  yield condition(
    'assertion is addressed to a recipient',
    ours.length > 0,
    recipients,
    bearers.map(({ recipient = '(absent)' }) => recipient),
    'The assertion was issued for another application: no Recipient of its bearer confirmations ' +
      'is in verify.recipients of the tenant document.',
  )
  const limited = ours.filter(({ notOnOrAfter }) => notOnOrAfter !== undefined)
  yield condition(
    'confirmation has an end (NotOnOrAfter)',
    limited.length > 0,
    'NotOnOrAfter',
    limited.length,
    'The SubjectConfirmationData has no NotOnOrAfter, so the assertion could be used forever.',
  )
  const valid = limited.find(({ notBefore, notOnOrAfter }) =>
    [...within('', notBefore, notOnOrAfter, times)].every(({ passed }) => passed),
  )
  const shown = valid ?? limited[0]
  yield* within('SubjectConfirmationData', shown?.notBefore, shown?.notOnOrAfter, times)
}

function equal(check: string, found: string, expected: string): CheckedCondition {
  const message = 'The assertion or its response names another issuer than the one that signed it.'
  return condition(check, found === expected, expected, found, message)
}

function condition(
  check: string,
  passed: boolean,
  expected: unknown,
  found: unknown,
  message: string,
  code: CheckedCondition['code'] = 'invalid_token',
): CheckedCondition {
  return { check, passed, expected, found, message, code }
}

function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace('.000', '')
}

function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
