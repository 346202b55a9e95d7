/**
 * A token of Firebase Authentication.
 * @see https://firebase.google.com/docs/auth/admin/verify-id-tokens#verify_id_tokens_using_a_third-party_jwt_library
 */
import type { ProviderSample } from '../provider-sample.ts'

const USER = 'CArJJ2PQFFd8l2Rf8uptZhl86d33'

export const FIREBASE: ProviderSample = {
  kind: 'firebase',
  algorithm: 'RS256',
  foreignAlgorithm: 'ES256',
  header: { typ: 'JWT' },
  claims: {
    iss: 'https://securetoken.google.com/acme-files',
    aud: 'acme-files',
    auth_time: 1766002923,
    user_id: USER,
    sub: USER,
    email: 'alice@acme.example',
    email_verified: true,
    firebase: {
      identities: { 'google.com': ['110169484474386276334'], email: ['alice@acme.example'] },
      sign_in_provider: 'google.com',
    },
  },
  lifetimeSeconds: 3600,
  documents: (keySet) => ({
    'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com':
      keySet,
  }),
  subject: USER,
  resource: `arn:aws:s3:::acme-files/${USER}/*`,
  otherApplication: { aud: 'acme-shop' },
  otherTenant: { iss: 'https://securetoken.google.com/evil-project', aud: 'evil-project' },
  mistakes: {
    'A token of an anonymous user': {
      provider_id: 'anonymous',
      firebase: { identities: {}, sign_in_provider: 'anonymous' },
    },
    'A session cookie': { iss: 'https://session.firebase.google.com/acme-files' },
    'A custom token': {
      iss: 'firebase-adminsdk@acme-files.iam.gserviceaccount.com',
      aud: 'https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit',
    },
    'An ID token of Google itself': { iss: 'https://accounts.google.com' },
  },
}
