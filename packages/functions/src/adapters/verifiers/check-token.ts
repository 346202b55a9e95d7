/** Asks an issuer about a token in the way that the profile of the issuer says. */
import type { TokenSource } from '@token-broker/core'
import { callWebhook } from './call-webhook.ts'
import { checkAmazonToken } from './check-amazon-token.ts'
import { checkFacebookToken } from './check-facebook-token.ts'
import { checkGitHubToken } from './check-github-token.ts'
import { introspect } from './introspect.ts'
import { readUserInfo } from './read-user-info.ts'
import type { CheckOptions, Verdict } from './token-check.ts'

/** @throws the error of a refusal */
export function checkToken(
  token: string,
  source: TokenSource,
  options: CheckOptions,
): Promise<Verdict> {
  const { profile } = source
  switch (profile.kind) {
    case 'introspection':
      return introspect(token, profile, options)
    case 'userinfo':
      return readUserInfo(token, profile, options)
    case 'webhook':
      return callWebhook(token, { ...source, profile }, options)
    case 'login-with-amazon':
      return checkAmazonToken(token, profile, options)
    case 'facebook':
      return checkFacebookToken(token, profile, options)
    case 'github':
      return checkGitHubToken(token, profile, options)
    default:
      throw unknownKind(profile, options)
  }
}

/** A later release may have written the document to the table. */
function unknownKind({ kind }: { readonly kind: string }, { refusal }: CheckOptions): Error {
  return refusal('config_invalid', `This release does not know verify.kind: ${kind}.`)
}
