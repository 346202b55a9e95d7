/**
 * Lookout, an invented provider with the ID tokens of Google.
 *
 * @see Google Identity, "OpenID Connect"
 */

import { newSigningKey } from '../new-signing-key.ts'
import type { RegisteredApp } from './authorization-request.ts'
import { LOOKOUT_PEOPLE } from './demo-people.ts'
import { createOpenIdProvider } from './open-id-provider.ts'
import type { DemoProvider } from './provider-responses.ts'
import { LOOKOUT_STYLE } from './sign-in-styles.ts'

/** @param issuer Google's own is https://accounts.google.com */
export function createLookout(app: RegisteredApp, issuer: string, now: () => number): DemoProvider {
  return createOpenIdProvider({
    ...{ app, issuer, now, people: LOOKOUT_PEOPLE, style: LOOKOUT_STYLE },
    texts: { name: 'lookout', label: 'Lookout', tagline: 'Choose an account on the ridge.' },
    paths: {
      authorize: '/o/oauth2/v2/auth',
      token: '/token',
      keys: '/oauth2/v3/certs',
      userInfo: '/v1/userinfo',
    },
    signingKey: newSigningKey('lookout-1'),
    accessTokenPrefix: 'ya29.',
    sendsIssuer: false,
    claimsOf: ({ name, email }, clientId) => {
      const [given = '', ...family] = name.split(' ')
      return {
        ...{ azp: clientId, email, email_verified: true, name },
        ...{ given_name: given, family_name: family.join(' ') },
      }
    },
    describe: () => 'Bad Request',
  })
}
