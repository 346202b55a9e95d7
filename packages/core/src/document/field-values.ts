/** Checks single values that several parts of a document share: durations, CEL, URLs, origins. */
import { mentionsActor } from '../expression/actor-conditions.ts'
import { type ClaimTypes, checkExpression } from '../expression/check-expression.ts'
import { mentionsIdentity } from '../expression/identity-conditions.ts'
import { isSecureUrl } from '../model/loopback.ts'
import type { DocumentPath, Report } from './document-problem.ts'
import { explainExpression } from './hints/explain-expression.ts'

/** Durations as people write them: `15m`, `1h30m`, `900s`, `7d`. */
export const DURATION = /^(?=\d)(?:(\d{1,3})d)?(?:(\d{1,5})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?$/

/** Reads an optional duration and reports one that is out of range. */
export function readSeconds(
  text: string | undefined,
  defaultSeconds: number,
  [min, max]: readonly [min: number, max: number],
  path: DocumentPath,
  report: Report,
): number {
  if (text === undefined) return defaultSeconds
  const seconds = parseDuration(text)
  if (seconds !== undefined && seconds >= min && seconds <= max) return seconds
  report(
    path,
    `${text} is out of range`,
    `write a duration from ${formatDuration(min)} to ${formatDuration(max)}`,
  )
  return defaultSeconds
}

export function formatDuration(seconds: number): string {
  if (seconds >= 3600 && seconds % 3600 === 0) return `${seconds / 3600}h`
  return seconds >= 60 && seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`
}

/** @param claims types of claims that are known */
export function checkCel(
  expression: string,
  resultType: 'bool' | 'string',
  path: DocumentPath,
  report: Report,
  claims?: ClaimTypes,
): void {
  const problem = checkExpression(expression, resultType, claims)
  if (problem === undefined) return
  const { reason, hint, span } = explainExpression(expression, resultType, problem, claims)
  report(path, `the CEL expression is not valid: ${reason}`, hint, {
    id: `cel-${problem.kind}`,
    span,
  })
}

/**
 * Checks which subjects of an issuer are members. An actor is one by its own issuer's condition.
 * @see RFC 8693 §1.1
 */
export function checkMember(
  member: string,
  path: DocumentPath,
  report: Report,
  claims?: ClaimTypes,
): void {
  checkCel(member, 'bool', path, report, claims)
  if (mentionsActor(member))
    report(
      path,
      'member decides about a subject, and does not know who acts for it',
      'mention actor in the conditions of rules',
    )
  if (mentionsIdentity(member))
    report(
      path,
      'member decides about a token, before the identity of its subject is known',
      'mention identity in the conditions of rules',
    )
}

/**
 * Accepts https URLs, and http URLs of this machine.
 * @param options.alternative what to write where the text is no such URL on purpose
 */
export function checkUrl(
  text: string,
  path: DocumentPath,
  report: Report,
  { allowQuery = false, alternative = '' } = {},
): void {
  const otherwise = alternative && `; ${alternative}`
  const url = URL.parse(text)
  const isPlain = url !== null && url.username === '' && url.password === '' && !/[\s#]/.test(text)
  if (!isPlain || !/^https?:\/\/[^/]/.test(text) || (!allowQuery && text.includes('?')))
    report(
      path,
      `${text} is not a plain URL`,
      `write https://host/path, without user${allowQuery ? '' : ', query'} or fragment${otherwise}`,
    )
  else if (!isSecureUrl(url))
    report(
      path,
      `${text} does not use https`,
      `write https://…; http is allowed only for 127.0.0.0/8, [::1] and localhost${otherwise}`,
    )
}

/**
 * Origins of apps whose pages are inside the app or the extension: Capacitor, Ionic and Tauri where
 * the web view has a scheme of its own, and extensions of Chromium. `URL.origin` is `null` for
 * them, but web views send them as `Origin`. The origins `null` and `file://` are those of any
 * sandboxed page and of any file, and are never accepted.
 */
const APP_ORIGIN =
  /^(?:(?:capacitor|ionic|tauri):\/\/[a-z\d-]+(?:\.[a-z\d-]+)*|chrome-extension:\/\/[a-p]{32})$/

/** Accepts origins of web pages with https, of pages of this machine, and of {@link APP_ORIGIN}. */
export function checkOrigin(text: string, path: DocumentPath, report: Report): void {
  if (APP_ORIGIN.test(text)) return
  const url = URL.parse(text)
  if (url === null || url.origin !== text || !isSecureUrl(url))
    report(
      path,
      `${text} is not an origin`,
      'write only the scheme and the host, in lower case: https://app.acme.example; for apps ' +
        'also capacitor://, ionic:// or tauri:// and a host, or chrome-extension:// and its id',
    )
}

/** @returns undefined where the text is not a duration */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text)
  if (!match) return undefined
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = match
  return Number(days) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
}
