/**
 * A token of Google.
 * @see https://developers.google.com/identity/openid-connect/openid-connect#an-id-tokens-payload
 */
import { discoveredAt } from '../discovery-documents.ts'
import type { ProviderSample } from '../provider-sample.ts'

const CLIENT_ID = '407408718192-8f1vq1ev0f2g4k5hb2n0ev2cq1acme00.apps.googleusercontent.com'

export const GOOGLE: ProviderSample = {
  kind: 'google',
  algorithm: 'RS256',
  foreignAlgorithm: 'ES256',
  header: { typ: 'JWT' },
  claims: {
    iss: 'https://accounts.google.com',
    azp: CLIENT_ID,
    aud: CLIENT_ID,
    sub: '110169484474386276334',
    at_hash: 'HK6E_P6Dh8Y93mRNtsDB1Q',
    hd: 'acme.example',
    email: 'jsmith@acme.example',
    email_verified: true,
    nonce: '0394852-3190485-2490358',
  },
  lifetimeSeconds: 3600,
  documents: discoveredAt(
    'https://accounts.google.com',
    'https://www.googleapis.com/oauth2/v3/certs',
  ),
  subject: '110169484474386276334',
  resource: 'arn:aws:s3:::acme-files/110169484474386276334/*',
  accepted: {
    'of the Android app, for the same client id': {
      azp: '407408718192-android.apps.googleusercontent.com',
    },
  },
  alternatives: {
    'tokens with the name without https://': {
      replace: [['  - verify', '  - issuer: accounts.google.com\n    verify']],
      described: ['issuer: accounts.google.com'],
      claims: { iss: 'accounts.google.com' },
      subject: '110169484474386276334',
      documents: (keySet) => ({ 'https://www.googleapis.com/oauth2/v3/certs': keySet }),
    },
  },
  otherApplication: {
    azp: '1234987819200-evil.apps.googleusercontent.com',
    aud: '1234987819200-evil.apps.googleusercontent.com',
  },
  otherTenant: { iss: 'https://accounts.google.example' },
  mistakes: {
    'An ID token for another client id': { aud: '1234987819200-x.apps.googleusercontent.com' },
    'An access token (`ya29.…`)': 'ya29.a0AfH6SMBxAcmeAccessToken',
    'An ID token whose `iss` is `accounts.google.com`': { iss: 'accounts.google.com' },
  },
}
