/**
 * A token of Microsoft Entra ID, of version 2.0.
 * @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
import { discoveredAt } from '../discovery-documents.ts'
import type { ProviderSample } from '../provider-sample.ts'

const DIRECTORY = 'aaaabbbb-0000-cccc-1111-dddd2222eeee'
const OTHER_DIRECTORY = 'bbbbcccc-1111-dddd-2222-eeee3333ffff'
const ISSUER = `https://login.microsoftonline.com/${DIRECTORY}/v2.0`
const OBJECT_ID = 'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb'

export const ENTRA: ProviderSample = {
  kind: 'entra',
  algorithm: 'RS256',
  foreignAlgorithm: 'ES256',
  header: { typ: 'JWT' },
  claims: {
    aud: '00001111-aaaa-2222-bbbb-3333cccc4444',
    iss: ISSUER,
    aio: 'ATQAy/8TAAAA',
    azp: '11112222-bbbb-3333-cccc-4444dddd5555',
    azpacr: '0',
    name: 'Abe Lincoln',
    oid: OBJECT_ID,
    preferred_username: 'abeli@acme.example',
    rh: '0.AXkA.',
    scp: 'access_as_user',
    sub: 'HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ',
    tid: DIRECTORY,
    uti: 'fqiBqXLPj0eQa82S-IYFAA',
    ver: '2.0',
  },
  lifetimeSeconds: 4500,
  documents: discoveredAt(
    ISSUER,
    `https://login.microsoftonline.com/${DIRECTORY}/discovery/v2.0/keys`,
  ),
  subject: OBJECT_ID,
  resource: `arn:aws:s3:::acme-files/${OBJECT_ID}/*`,
  accepted: { 'of a daemon app': { scp: undefined, roles: ['Files.Use'], idtyp: 'app' } },
  alternatives: {
    'access tokens of version 1.0': {
      replace: [[ISSUER, `https://sts.windows.net/${DIRECTORY}/`]],
      described: [],
      claims: {
        iss: `https://sts.windows.net/${DIRECTORY}/`,
        ver: '1.0',
        azp: undefined,
        appid: '11112222-bbbb-3333-cccc-4444dddd5555',
      },
      subject: OBJECT_ID,
      documents: discoveredAt(
        `https://sts.windows.net/${DIRECTORY}/`,
        'https://login.microsoftonline.com/common/discovery/keys',
      ),
    },
    'ID tokens': {
      replace: [
        ['00001111-aaaa-2222-bbbb-3333cccc4444', '11112222-bbbb-3333-cccc-4444dddd5555'],
        ['    authorizedParties: [11112222-bbbb-3333-cccc-4444dddd5555]\n', ''],
      ],
      described: [],
      claims: { aud: '11112222-bbbb-3333-cccc-4444dddd5555', azp: undefined, scp: undefined },
      subject: OBJECT_ID,
    },
  },
  otherApplication: { aud: '22223333-cccc-4444-dddd-5555eeee6666' },
  otherTenant: {
    iss: `https://login.microsoftonline.com/${OTHER_DIRECTORY}/v2.0`,
    tid: OTHER_DIRECTORY,
  },
  mistakes: {
    'An access token of version 1.0': { iss: `https://sts.windows.net/${DIRECTORY}/`, ver: '1.0' },
    'An access token for Microsoft Graph': {
      iss: `https://sts.windows.net/${DIRECTORY}/`,
      aud: '00000003-0000-0000-c000-000000000000',
    },
    'A token without `oid`': { oid: undefined },
    'A token of a client that is not listed': { azp: '33334444-dddd-5555-eeee-6666ffff7777' },
  },
}
