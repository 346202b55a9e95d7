/**
 * A token of an authorization server of Okta.
 * @see https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/
 */
import { discoveredAt } from '../discovery-documents.ts'
import type { ProviderSample } from '../provider-sample.ts'

const ISSUER = 'https://acme.okta.com/oauth2/default'

export const OKTA: ProviderSample = {
  kind: 'okta',
  algorithm: 'RS256',
  foreignAlgorithm: 'ES256',
  header: {},
  claims: {
    ver: 1,
    jti: 'AT.Hk8lHezJNw4wxey1czypDiNXJUxIlKmdT16MrnLGp9E',
    iss: ISSUER,
    aud: 'api://acme-files',
    cid: '0oahpnkb44pcaOIBG0h7',
    uid: '00ue9mlzk7eW24e8Y0h7',
    scp: ['openid', 'profile'],
    auth_time: 1542862240,
    sub: 'alice@acme.example',
    groups: ['Everyone', 'Files'],
  },
  lifetimeSeconds: 3600,
  documents: discoveredAt(ISSUER, `${ISSUER}/v1/keys`),
  subject: '00ue9mlzk7eW24e8Y0h7',
  resource: 'arn:aws:s3:::acme-files/00ue9mlzk7eW24e8Y0h7/*',
  alternatives: {
    'ID tokens': {
      replace: [
        ["'api://acme-files'", '0oahpnkb44pcaOIBG0h7'],
        ['    authorizedParties: [0oahpnkb44pcaOIBG0h7]\n', '    subject: claims.sub\n'],
        ['claims.uid', 'claims.sub'],
      ],
      described: ['subject: claims.sub'],
      claims: {
        aud: '0oahpnkb44pcaOIBG0h7',
        cid: undefined,
        uid: undefined,
        sub: '00ue9mlzk7eW24e8Y0h7',
      },
      subject: '00ue9mlzk7eW24e8Y0h7',
    },
    'ID tokens of the organization’s own server': {
      replace: [
        [ISSUER, 'https://acme.okta.com'],
        ["'api://acme-files'", '0oahpnkb44pcaOIBG0h7'],
        ['    authorizedParties: [0oahpnkb44pcaOIBG0h7]\n', ''],
        ['claims.uid', 'claims.sub'],
      ],
      described: [],
      claims: {
        iss: 'https://acme.okta.com',
        aud: '0oahpnkb44pcaOIBG0h7',
        cid: undefined,
        uid: undefined,
        sub: '00ue9mlzk7eW24e8Y0h7',
      },
      subject: '00ue9mlzk7eW24e8Y0h7',
      documents: discoveredAt('https://acme.okta.com', 'https://acme.okta.com/oauth2/v1/keys'),
    },
  },
  otherApplication: { cid: '0oaevilnkb44pcaOI0h7' },
  otherTenant: { iss: 'https://evil.okta.com/oauth2/default' },
  mistakes: {
    'An access token of an app that is not listed': { cid: '0oaother44pcaOIBG0h7' },
    'An access token of the organization’s own server': { iss: 'https://acme.okta.com' },
    'An ID token': {
      aud: '0oahpnkb44pcaOIBG0h7',
      cid: undefined,
      uid: undefined,
      sub: '00ue9mlzk7eW24e8Y0h7',
    },
    'A token of a service (client credentials)': { uid: undefined, sub: '0oahpnkb44pcaOIBG0h7' },
  },
}
