/**
 * A token of Facebook Limited Login.
 * @see https://developers.facebook.com/docs/facebook-login/limited-login/token/validating
 */
import type { ProviderSample } from '../provider-sample.ts'

export const FACEBOOK_LIMITED_LOGIN: ProviderSample = {
  kind: 'facebook-limited-login',
  algorithm: 'RS256',
  foreignAlgorithm: 'ES256',
  header: { typ: 'JWT' },
  claims: {
    iss: 'https://www.facebook.com',
    aud: '1234567890123456',
    sub: '10223456789012345',
    jti: 'a1b2.5b6cb4a7b1b5.example',
    nonce: '0123456789',
    given_name: 'Alice',
    family_name: 'Example',
    name: 'Alice Example',
    picture: 'https://platform-lookaside.fbsbx.com/platform/profilepic/?asid=10223456789012345',
  },
  lifetimeSeconds: 3600,
  documents: (keySet) => ({
    'https://limited.facebook.com/.well-known/oauth/openid/jwks/': keySet,
  }),
  subject: '10223456789012345',
  resource: 'arn:aws:s3:::acme-files/10223456789012345/*',
  alternatives: {
    'tokens with the other name': {
      replace: [['  - verify', '  - issuer: https://limited.facebook.com\n    verify']],
      described: ['issuer: https://limited.facebook.com'],
      claims: { iss: 'https://limited.facebook.com' },
      subject: '10223456789012345',
    },
  },
  otherApplication: { aud: '9876543210987654' },
  otherTenant: { iss: 'https://m.facebook.com' },
  mistakes: {
    'An access token of classic Facebook Login (`EAA…`)': 'EAAGm0PX4ZCpsBAExampleAccessToken',
    'A token of another app': { aud: '9876543210987654' },
    'A token whose `iss` is `https://limited.facebook.com`': {
      iss: 'https://limited.facebook.com',
    },
  },
}
