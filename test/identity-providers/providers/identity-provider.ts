/** What the tests know about an identity provider, and what each product adds to it. */
import type { Browser, Page } from './browser.ts'
import type { ProviderUserName } from './provider-users.ts'

/** The clients and their secrets, which protect nothing. */
export const CLIENTS = {
  app: 'app-secret',
  /** Another application of the same provider. */
  'other-app': 'other-app-secret',
  /** Whose access tokens are JWTs, at LemonLDAP::NG. */
  'app-jwt': 'app-jwt-secret',
  /** Asks about tokens. */
  broker: 'broker-secret',
} as const

export type ClientName = keyof typeof CLIENTS

export const REDIRECT_URI = 'https://app.example/callback'
/** The audience of JWT access tokens (RFC 8707). */
export const RESOURCE = 'https://broker.example'

/** The service providers (SAML) that are registered, with the metadata of a broker. */
export const SERVICE_PROVIDERS = {
  broker: serviceProvider('https://broker.example'),
  /** Another application of the same provider. */
  'other-app': serviceProvider('https://other-app.example'),
} as const

export type ServiceProviderName = keyof typeof SERVICE_PROVIDERS

export interface ServiceProvider {
  /** The broker's URL, from which the others follow. */
  readonly url: string
  readonly entityId: string
  readonly consumerUrl: string
}

function serviceProvider(url: string): ServiceProvider {
  return { url, entityId: `${url}/saml`, consumerUrl: `${url}/v1/saml/acs` }
}

/** Where a product runs, and its files. */
export interface Site {
  readonly port: number
  readonly url: string
  /** Of its own; removed when it stops. */
  readonly folder: string
  /** RSA, as PEM. */
  readonly privateKey: string
  readonly publicKey: string
  /** Self-signed, as PEM. */
  readonly certificate: string
}

export interface Endpoints {
  readonly issuer: string
  readonly authorization: string
  readonly token: string
  readonly introspection: string
  readonly userInfo: string
}

/** What is the same for each protocol. */
export interface Program {
  readonly name: string
  /** Files of its packages, without which it cannot start. */
  readonly needs: readonly string[]
  /** A path that gets a response with status 200 once it runs. */
  readonly readyPath: string
  /** Writes its files. */
  configure(site: Site): {
    readonly command: readonly string[]
    readonly environment?: Readonly<Record<string, string>>
  }
  /** Creates what only its API can create. */
  provision?(site: Site): Promise<void>
}

/** OpenID Connect. */
export interface Product extends Program {
  endpoints(site: Pick<Site, 'url'>): Endpoints
  logIn(
    browser: Browser,
    site: Pick<Site, 'url'>,
    login: {
      readonly user: ProviderUserName
      readonly password: string
      readonly client: ClientName
    },
  ): Promise<Page>
}

/** SAML 2.0. */
export interface SamlProduct extends Program {
  /** The path of its metadata; the whole URL is its entity ID. */
  readonly metadataPath: string
  /** Signs in where a service provider has not asked for it, and returns the last page. */
  respondTo(
    browser: Browser,
    site: Pick<Site, 'url'>,
    login: {
      readonly user: ProviderUserName
      readonly password: string
      readonly serviceProvider: ServiceProvider
    },
  ): Promise<Page>
}
