/** The providers of a Cognito identity pool, as issuers and logins of a tenant document. */
import type { CognitoPool, CognitoUserPool } from './cognito-pool.ts'
import { type ImportNotes, joinNotes } from './import-notes.ts'

interface ImportedIssuer {
  readonly issuer: string
  readonly verify: Readonly<Record<string, string>>
  readonly audiences: readonly string[]
  readonly algorithms?: readonly string[]
  readonly member?: string
}

export interface ImportedLogins extends ImportNotes {
  readonly issuers: readonly ImportedIssuer[]
  /** Issuers by provider. */
  readonly logins: Readonly<Record<string, string>>
}

/** A login, or why there is none. */
interface ImportedLogin extends ImportNotes {
  readonly provider: string
  readonly issuer?: ImportedIssuer
}

/** `validate` reports it; no token has this audience. */
const CLIENT_ID_PLACEHOLDER = '<CLIENT-ID>'
const FACEBOOK_SECRET = 'facebook-app'

const NONE: ImportNotes = { toDo: [], lost: [] }

export function importLogins(pool: CognitoPool): ImportedLogins {
  const imported = [
    ...Object.entries(pool.socialProviders).map(([provider, ids]) =>
      importSocialProvider(provider, clientIdsOf(ids)),
    ),
    ...[...Map.groupBy(pool.userPools, ({ provider }) => provider).values()].map(importUserPool),
    ...pool.oidcProviderArns.map(importOidcProvider),
    ...pool.samlProviderArns.map(refuseSamlProvider),
  ]
  const byProvider = new Map<string, ImportedIssuer>()
  // A public provider may also be one of IAM; the first one knows the client ids.
  for (const { provider, issuer } of imported)
    if (issuer && !byProvider.has(provider)) byProvider.set(provider, issuer)
  return {
    ...joinNotes(imported),
    issuers: [...byProvider.values()],
    logins: Object.fromEntries([...byProvider].map(([name, { issuer }]) => [name, issuer])),
  }
}

/** The console separates several client ids with commas. */
function clientIdsOf(text: string): readonly string[] {
  return text.split(/[\s,;]+/).filter((id) => id !== '')
}

function importSocialProvider(provider: string, audiences: readonly string[]): ImportedLogin {
  switch (provider) {
    case 'accounts.google.com':
      return {
        ...NONE,
        provider,
        issuer: { issuer: `https://${provider}`, verify: { kind: 'google' }, audiences },
        toDo: [
          `${provider}: audiences has the client ids of the pool. Cognito compared them with azp ` +
            'where a token has it. Add the aud of the tokens that your apps send: for Android, ' +
            'the client id of the web application',
        ],
      }
    case 'appleid.apple.com':
      return {
        ...NONE,
        provider,
        issuer: { issuer: `https://${provider}`, verify: { kind: 'apple' }, audiences },
      }
    case 'www.amazon.com':
      return {
        ...NONE,
        provider,
        issuer: { issuer: provider, verify: { kind: 'login-with-amazon' }, audiences },
      }
    case 'graph.facebook.com': {
      const [clientId = ''] = audiences
      return {
        ...NONE,
        provider,
        issuer: {
          issuer: provider,
          verify: { kind: 'facebook', clientId, clientSecret: FACEBOOK_SECRET },
          audiences,
        },
        toDo: [
          `${provider}: store the app secret of Facebook as the secret ${FACEBOOK_SECRET}`,
          `${provider}: for the JWTs of Limited Login on iOS, which Cognito refuses, see ` +
            'facebook-limited-login in the documentation of issuers',
        ],
      }
    }
    default:
      return {
        ...NONE,
        provider,
        lost: [`the login provider ${provider}: the broker has no verification for it`],
      }
  }
}

function importUserPool(clients: readonly CognitoUserPool[]): ImportedLogin {
  const provider = clients[0]?.provider ?? ''
  const isChecked = clients.some(({ serverSideTokenCheck }) => serverSideTokenCheck)
  return {
    provider,
    issuer: {
      issuer: `https://${provider}`,
      verify: { kind: 'cognito-user-pool' },
      audiences: [...new Set(clients.map(({ clientId }) => clientId))],
      // Cognito's identity pools accept ID tokens only.
      member: 'claims.token_use == "id"',
    },
    toDo: [],
    lost: isChecked
      ? [
          `ServerSideTokenCheck of ${provider}: a token is accepted until it expires, also after ` +
            'a global sign-out; shorten the ID tokens of the app client',
        ]
      : [],
  }
}

const OIDC_PROVIDER = /^arn:[\w-]+:iam::\d{12}:oidc-provider\/(?<url>.+)$/

function importOidcProvider(arn: string): ImportedLogin {
  const provider = OIDC_PROVIDER.exec(arn)?.groups?.url
  if (provider === undefined)
    return { ...NONE, provider: arn, lost: [`${arn}: it is not the ARN of an OIDC provider`] }
  return {
    ...NONE,
    provider,
    issuer: {
      issuer: `https://${provider}`,
      verify: { kind: 'jwt' },
      audiences: [CLIENT_ID_PLACEHOLDER],
      algorithms: ['RS256'],
    },
    toDo: [
      `${provider}: replace ${CLIENT_ID_PLACEHOLDER} in audiences by the ClientIDList of ` +
        `"aws iam get-open-id-connect-provider --open-id-connect-provider-arn ${arn}"`,
      `${provider}: compare the issuer with iss of a token: it must be equal, with a / at the ` +
        'end if iss has one',
    ],
  }
}

function refuseSamlProvider(arn: string): ImportedLogin {
  return {
    ...NONE,
    provider: arn,
    lost: [
      `the SAML provider ${arn}: its issuer and keys are in its metadata. Add an issuer of kind ` +
        `saml with the metadata of "aws iam get-saml-provider --saml-provider-arn ${arn}", and ` +
        `the login ${arn}`,
    ],
  }
}
