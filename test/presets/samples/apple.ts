/**
 * A token of Sign in with Apple.
 * @see https://developer.apple.com/documentation/signinwithapple/authenticating-users-with-sign-in-with-apple
 */
import { discoveredAt } from '../discovery-documents.ts'
import type { ProviderSample } from '../provider-sample.ts'

const ISSUER = 'https://appleid.apple.com'

export const APPLE: ProviderSample = {
  kind: 'apple',
  algorithm: 'RS256',
  foreignAlgorithm: 'ES256',
  header: {},
  claims: {
    iss: ISSUER,
    aud: 'com.acme.files',
    sub: '001728.c8c64b151d4e4cc5af3c3e193dcd0a80.2044',
    nonce: '8ee67ef6184c0fa2273264bcbc9dcff886eba620770d46d0d4d162c61da8d7da',
    c_hash: 'C9BZX97Q0seXMPu7PQLpLw',
    email: 'q7wjz2x9bk@privaterelay.appleid.com',
    email_verified: 'true',
    is_private_email: 'true',
    auth_time: 1684975366,
    nonce_supported: true,
  },
  lifetimeSeconds: 86_400,
  documents: discoveredAt(ISSUER, `${ISSUER}/auth/keys`),
  subject: '001728.c8c64b151d4e4cc5af3c3e193dcd0a80.2044',
  resource: 'arn:aws:s3:::acme-files/001728.c8c64b151d4e4cc5af3c3e193dcd0a80.2044/*',
  accepted: { 'of the web site’s Services ID': { aud: 'com.acme.files.web' } },
  otherApplication: { aud: 'com.evil.game' },
  otherTenant: { iss: 'https://account.apple.com' },
  mistakes: {
    'An identity token for an id that is not listed': { aud: 'com.acme.files.watch' },
    'A server-to-server notification': {
      sub: undefined,
      events: '{"type":"consent-revoked","sub":"001728.c8c64b151d4e4cc5af3c3e193dcd0a80.2044"}',
    },
    'An authorization code': 'c1b2f0d5e7f0a4b3c9d8e7f6a5b4c3d2e.0.srxyz.QWERTYUIOPASDFGHJKLZX',
  },
}
