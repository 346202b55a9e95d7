/** Asks an issuer about a token in the way that the profile of the issuer says. */
import type { OpaqueProfile } from '@token-broker/core'
import { introspect } from './introspect.ts'
import { readUserInfo } from './read-user-info.ts'
import type { CheckOptions, Verdict } from './token-check.ts'

/** @throws the error of a refusal */
export function checkToken(
  token: string,
  profile: OpaqueProfile,
  options: CheckOptions,
): Promise<Verdict> {
  switch (profile.kind) {
    case 'introspection':
      return introspect(token, profile, options)
    case 'userinfo':
      return readUserInfo(token, profile, options)
  }
}
