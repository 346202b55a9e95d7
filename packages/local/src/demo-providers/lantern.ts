/** Lantern ID, the OpenID provider of the game itself. */
import { generateKeyPairSync } from 'node:crypto'
import type { RegisteredApp } from './authorization-request.ts'
import { LANTERN_PEOPLE } from './demo-people.ts'
import { createOpenIdProvider } from './open-id-provider.ts'
import type { DemoProvider } from './provider-responses.ts'
import { LANTERN_STYLE } from './sign-in-styles.ts'

export function createLantern(app: RegisteredApp, issuer: string, now: () => number): DemoProvider {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = privateKey.export({ format: 'jwk' })
  return createOpenIdProvider({
    ...{ app, issuer, now, people: LANTERN_PEOPLE, style: LANTERN_STYLE },
    texts: { name: 'lantern', label: 'Lantern ID', tagline: 'Come in, the light is on.' },
    paths: { authorize: '/authorize', token: '/token', keys: '/keys', userInfo: '/userinfo' },
    signingKey: { ...key, alg: 'ES256', use: 'sig', kid: 'lantern-1' },
    accessTokenPrefix: 'lantern_',
    sendsIssuer: true,
    claimsOf: ({ name, email, claims }) => ({ email, email_verified: true, name, ...claims }),
    describe: (problem) => `The code cannot be exchanged: ${problem}.`,
  })
}
