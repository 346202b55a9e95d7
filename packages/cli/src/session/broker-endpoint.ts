/** The value of `--endpoint`: the URL of the broker, to which paths of its API are added. */
import { isSecureUrl } from '@token-broker/core/loopback'
import { quote, UsageError } from '../cli-error.ts'

/** Paths of the broker's API, which people copy with its URL. */
const API_PATHS = [
  'v1/(?:credentials|token|explain|saml|cognito|tenants/[^/]+/grants)',
  ...['sts', 'cognito', 'saml', 'healthz', String.raw`\.well-known`],
]
const API_PATH = new RegExp(`/(?:${API_PATHS.join('|')})(?:/.*)?$`)

/**
 * The subject token is sent there, so plain http is accepted for this machine only.
 * @returns without a slash at its end
 * @throws {UsageError} saying what to write instead
 */
export function readEndpoint(text: string | undefined): string {
  if (text === undefined)
    throw refusal('expected the URL of the broker, such as https://broker.example')
  const url = URL.parse(text)
  if (url?.protocol === 'http:' && !isSecureUrl(url))
    throw refusal(
      'expected an https URL, or an http URL with a loopback address, found http and ' +
        `${quote(url.host)}; did you mean https?`,
    )
  if (!url || !isSecureUrl(url)) {
    const withScheme = /^[\w.-]+\.[a-z]{2,}(?:[:/].*)?$/i.test(text) ? `https://${text}` : undefined
    throw refusal(
      `expected an https URL, or an http URL with a loopback address, found ${quote(text)}` +
        (withScheme === undefined ? '' : `; did you mean ${quote(withScheme)}?`),
    )
  }
  if (url.username || url.password || url.search || url.hash)
    throw refusal('expected a URL without a user, a query and a fragment')
  const api = API_PATH.exec(url.pathname)
  if (api)
    throw refusal(
      `${quote(api[0])} is a path of the API, which is added; write the URL of the broker alone: ` +
        `${url.origin}${url.pathname.slice(0, api.index)}`,
    )
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

function refusal(message: string): UsageError {
  return new UsageError(`--endpoint: ${message}`)
}
