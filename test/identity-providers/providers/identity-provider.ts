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

/** Where a product runs, and its files. */
export interface Site {
  readonly port: number
  readonly url: string
  /** Of its own; removed when it stops. */
  readonly folder: string
  /** RSA, as PEM. */
  readonly privateKey: string
  readonly publicKey: string
}

export interface Endpoints {
  readonly issuer: string
  readonly authorization: string
  readonly token: string
  readonly introspection: string
  readonly userInfo: string
}

export interface Product {
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
  endpoints(site: Pick<Site, 'url'>): Endpoints
  /** Creates what only its API can create. */
  provision?(site: Site): Promise<void>
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
