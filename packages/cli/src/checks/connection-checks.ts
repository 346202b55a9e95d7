/** What a response says about TLS and about the clocks of both sides. */
import { type CheckResult, failed, ok, skipped, warning } from './check-result.ts'
import type { Probe } from './probe-url.ts'

const DAY_MS = 86_400_000
/** Let's Encrypt renews 30 days before the end. */
const EXPIRES_SOON_MS = 14 * DAY_MS
/** A token's `iat` may be 30 s in the future by default; AWS accepts signatures 5 minutes off. */
const MAX_SKEW_MS = 30_000

export function checkTls({ url, certificate, code, problem }: Probe, nowMs: number): CheckResult {
  const check = 'TLS certificate'
  if (url.protocol !== 'https:') return skipped(check, 'the URL is not https')
  if (certificate === undefined)
    return skipped(check, problem === undefined ? 'a proxy hides it' : 'there is no connection')
  const { validToMs, validFromMs, issuedBy } = certificate
  const what = `issued by ${issuedBy}`
  if (nowMs > validToMs)
    return failed(
      check,
      `expired ${daysBetween(validToMs, nowMs)} ago, on ${dateOf(validToMs)}; ${what}`,
      'renew the certificate of the server',
    )
  if (nowMs < validFromMs)
    return failed(
      check,
      `valid only from ${dateOf(validFromMs)}; ${what}`,
      'check the clock of this machine; otherwise, replace the certificate of the server',
    )
  if (code !== undefined) return failed(check, `${code}; ${what}`, certificateFix(code))
  const until = `valid until ${dateOf(validToMs)}, ${daysBetween(nowMs, validToMs)} from now`
  return validToMs - nowMs < EXPIRES_SOON_MS
    ? warning(check, `${until}; ${what}`, 'renew the certificate before it expires')
    : ok(check, `${until}; ${what}`)
}

function certificateFix(code: string): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return 'use a host name of the certificate, or a certificate with this host name'
  return (
    'if the authority is your own, write its root in the ca of the issuer in the tenant ' +
    'document; otherwise, let the server send the whole chain of a public authority'
  )
}

export function checkClock({ response, url }: Probe): CheckResult {
  const check = 'clock'
  const skewMs = response?.skewMs
  if (skewMs === undefined) return skipped(check, `${url.host} sends no time`)
  // `Date` has no fractions of a second.
  const seconds = Math.round((skewMs + 500) / 1_000)
  const what =
    Math.abs(seconds) <= 1
      ? `the same as that of ${url.host}`
      : `that of ${url.host} is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead' : 'behind'}`
  return Math.abs(skewMs) <= MAX_SKEW_MS
    ? ok(check, what)
    : failed(
        check,
        `${what}, and tokens may be 30 s off`,
        'set the clock of this machine, or that of the server, by NTP',
      )
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}

function daysBetween(fromMs: number, toMs: number): string {
  const hours = Math.round((toMs - fromMs) / 3_600_000)
  if (hours < 48) return `${hours} h`
  return `${Math.round(hours / 24)} days`
}
