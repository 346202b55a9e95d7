/** Compiles the issuers of a tenant document into verification profiles. */
import { checkExpression } from '../expression/cel.ts'
import type { CompiledIssuer, VerificationProfile } from '../model/compiled-tenant.ts'
import { isSecureUrl } from '../model/loopback.ts'
import { compileKey } from './compile-key.ts'
import type { DocumentPath, Report } from './document-error.ts'
import { parseDuration } from './durations.ts'
import type { IssuerDocument } from './schema.ts'

const DEFAULT_ALGORITHMS = ['RS256', 'ES256']
const DEFAULT_TYPES = ['jwt', 'at+jwt']
const DAY_SECONDS = 86_400
const MAX_TOLERANCE_SECONDS = 60

export function compileIssuer(
  issuer: IssuerDocument,
  path: DocumentPath,
  report: Report,
): CompiledIssuer {
  checkUrl(issuer.issuer, [...path, 'issuer'], report)
  if (issuer.member !== undefined) checkCel(issuer.member, 'bool', [...path, 'member'], report)
  const seconds = (
    field: 'maxTokenAge' | 'clockTolerance',
    otherwise: number,
    least: number,
    most: number,
  ) => readSeconds(issuer[field], otherwise, [least, most], [...path, field], report)
  const types = (issuer.types ?? []).map((type) => type.toLowerCase())
  return {
    profile: {
      issuer: issuer.issuer,
      keys: compileKeys(issuer, path, report),
      algorithms: [...new Set<string>(issuer.algorithms ?? DEFAULT_ALGORITHMS)],
      types: [...new Set([...DEFAULT_TYPES, ...types])],
      maxTokenAgeSeconds: seconds('maxTokenAge', DAY_SECONDS, 1, 30 * DAY_SECONDS),
      clockToleranceSeconds: seconds('clockTolerance', 30, 0, MAX_TOLERANCE_SECONDS),
    },
    audiences: [...new Set(issuer.audiences)],
    authorizedParties: [...new Set(issuer.authorizedParties ?? [])],
    ...(issuer.member === undefined ? {} : { member: issuer.member }),
    prefetch: issuer.prefetch ?? false,
  }
}

/** Reports a duration outside its bounds. */
export function readSeconds(
  text: string | undefined,
  otherwise: number,
  [least, most]: readonly [number, number],
  path: DocumentPath,
  report: Report,
): number {
  if (text === undefined) return otherwise
  const seconds = parseDuration(text) ?? -1
  if (seconds >= least && seconds <= most) return seconds
  report(
    path,
    `${text} is out of bounds`,
    `write a duration from ${showSeconds(least)} to ${showSeconds(most)}`,
  )
  return otherwise
}

export function checkCel(
  expression: string,
  wanted: 'bool' | 'string',
  path: DocumentPath,
  report: Report,
): void {
  const fault = checkExpression(expression, wanted)
  const example = wanted === 'bool' ? 'claims.org == "acme"' : 'claims.sub'
  if (fault !== undefined)
    report(
      path,
      `the expression is not valid: ${fault.split('\n')[0]}`,
      `write CEL that yields a ${wanted}: ${example}`,
    )
}

export function checkOrigin(text: string, path: DocumentPath, report: Report): void {
  const url = URL.parse(text)
  if (url === null || url.origin !== text || !isSecureUrl(url))
    report(
      path,
      `${text} is not an origin`,
      'write scheme and host only, in lower case: https://app.acme.example',
    )
}

function showSeconds(seconds: number): string {
  if (seconds >= 3600 && seconds % 3600 === 0) return `${seconds / 3600}h`
  return seconds >= 60 && seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`
}

function compileKeys(
  issuer: IssuerDocument,
  path: DocumentPath,
  report: Report,
): VerificationProfile['keys'] {
  const { jwksUri, keys } = issuer.verify ?? {}
  if (jwksUri !== undefined && keys !== undefined)
    report([...path, 'verify'], 'jwksUri and keys exclude one another', 'keep one of them')
  if (keys !== undefined) {
    const from = [...path, 'verify', 'keys']
    return {
      from: 'inline',
      jwks: keys.map((key, index) => compileKey(key, [...from, index], report)),
    }
  }
  if (jwksUri === undefined) return { from: 'discovery' }
  checkUrl(jwksUri, [...path, 'verify', 'jwksUri'], report, true)
  return { from: 'jwksUri', jwksUri }
}

function checkUrl(text: string, path: DocumentPath, report: Report, withQuery = false): void {
  const url = URL.parse(text)
  const plain = url !== null && url.username === '' && url.password === '' && !/[\s#]/.test(text)
  if (!plain || !/^https?:\/\/[^/]/.test(text) || (!withQuery && text.includes('?')))
    report(
      path,
      `${text} is not a plain URL`,
      'write https://host/path, without user, query or fragment',
    )
  else if (!isSecureUrl(url))
    report(
      path,
      `${text} is not https`,
      'write https://…; http is for 127.0.0.1, [::1] and localhost only',
    )
}
