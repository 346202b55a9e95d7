/** Asks an issuer about a token in the way that the profile of the issuer says. */
import type { TokenSource } from '@token-broker/core'
import { callWebhook } from './call-webhook.ts'
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
  }
}
