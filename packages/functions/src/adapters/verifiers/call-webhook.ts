/** Lets an endpoint of the operator decide on a token. */
import { createHmac } from 'node:crypto'
import type { TokenSource, TokenStatement, WebhookProfile } from '@token-broker/core'
import { isObject } from '@token-broker/core/strict-json'
import { MIN_DURATION_SECONDS } from '@token-broker/core/sts-limits'
import { callWithSecret } from './call-with-secret.ts'
import { parseProviderJson, readProviderJson } from './provider-response.ts'
import type { CheckOptions, ProviderResponse, Verdict } from './token-check.ts'

type Body = Readonly<Record<string, unknown>>
type WebhookSource = TokenSource & { readonly profile: WebhookProfile }

/** The key of an HMAC needs as many bits as its hash (RFC 2104 §3); people write it as text. */
const MIN_SECRET_CHARACTERS = 32
/** A year. */
const MAX_VALIDITY_SECONDS = 31_536_000
const MAX_REASON_CHARACTERS = 256
/** Would break or reorder a line of the log. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu

/**
 * The format of the response is that of MinIO's Identity Management Plugin. The token is in the
 * body, and not in the URL as there, because URLs are logged.
 * @throws the error of a refusal
 */
export async function callWebhook(
  token: string,
  source: WebhookSource,
  options: CheckOptions,
): Promise<Verdict> {
  const { refusal } = options
  const { url, secret } = source.profile
  const response = await callWithSecret(secret, options, isSignatureRefused, (key) =>
    send(token, source, key, options),
  )
  if (isSignatureRefused(response))
    throw refusal(
      'config_invalid',
      `${url} refused the signature of the request (status 401); check that the endpoint has the ` +
        `value of the secret ${secret}.`,
    )
  if (response.status === 403) {
    const reason = readReason(parseProviderJson(response, url, options))
    if (reason === undefined) throw unexpected(url, '{"reason": text} with status 403', options)
    return { inactive: `${url} refused the token: ${quotable(reason, token)}` }
  }
  const statement = readStatement(readProviderJson(response, url, options))
  if (typeof statement === 'string') throw unexpected(url, statement, options)
  return statement
}

function send(
  token: string,
  { tenant, issuer, profile: { url, secret: name } }: WebhookSource,
  key: string,
  { now, call, refusal }: CheckOptions,
): Promise<ProviderResponse> {
  if (key.length < MIN_SECRET_CHARACTERS)
    throw refusal(
      'config_invalid',
      `The secret ${name} has fewer than ${MIN_SECRET_CHARACTERS} characters; store a random one.`,
    )
  const timestamp = String(Math.floor(now() / 1000))
  const body = JSON.stringify({ token, tenant, issuer })
  const signature = createHmac('sha256', key).update(`${timestamp}.${body}`).digest('hex')
  return call({
    method: 'POST',
    url,
    headers: {
      'content-type': 'application/json',
      'x-token-broker-timestamp': timestamp,
      'x-token-broker-signature': `v1=${signature}`,
    },
    body,
  })
}

function isSignatureRefused({ status }: ProviderResponse): boolean {
  return status === 401
}

/** @returns what was expected, where the response is something else */
function readStatement({ user, maxValiditySeconds, claims = {}, ...others }: Body) {
  if (Object.keys(others).length > 0) return 'only user, maxValiditySeconds and claims'
  if (typeof user !== 'string' || user === '') return 'a user, as non-empty text'
  if (!isValidity(maxValiditySeconds))
    return `maxValiditySeconds, an integer from ${MIN_DURATION_SECONDS} to ${MAX_VALIDITY_SECONDS}`
  if (!isObject(claims)) return 'claims as an object'
  if (claims.sub !== undefined && claims.sub !== user) return 'claims without a sub beside the user'
  const statement: TokenStatement = {
    claims: { ...claims, sub: user },
    maxSessionSeconds: maxValiditySeconds,
  }
  return statement
}

function isValidity(value: unknown): value is number {
  return (
    typeof value === 'number' &&
    Number.isInteger(value) &&
    value >= MIN_DURATION_SECONDS &&
    value <= MAX_VALIDITY_SECONDS
  )
}

/** A gateway before the endpoint responds with 403 too, and then nobody decided on the token. */
function readReason({ reason, ...others }: Body): string | undefined {
  return typeof reason === 'string' && Object.keys(others).length === 0 ? reason : undefined
}

/** The reason is in the audit record, where no token may be. */
function quotable(reason: string, token: string): string {
  const shown = reason.replaceAll(token, '(token)').replace(UNPRINTABLE, ' ')
  return shown.length <= MAX_REASON_CHARACTERS
    ? shown
    : `${shown.slice(0, MAX_REASON_CHARACTERS - 1).toWellFormed()}…`
}

function unexpected(url: string, expected: string, { refusal }: CheckOptions): Error {
  return refusal('issuer_unavailable', `${url} responded otherwise than with ${expected}.`)
}
