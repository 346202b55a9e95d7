/** What the tests need of every client: sessions of one app on one device. */

export interface PoolLocation {
  /** URL with the path of the pool. */
  readonly endpoint: string
  readonly poolId: string
}

export interface PoolSession {
  readonly identityId: string
  readonly accessKeyId: string
}

export interface PoolDevice {
  /**
   * Credentials for the user of the token, or for a guest.
   * @throws the client's error
   */
  session(token?: string): Promise<PoolSession>
  /** Removes what is stored of identities. */
  signOut(): Promise<void>
}

/** The name by which `Logins` names the issuer of a token: its URL without the scheme. */
export function providerOf(token: string): string {
  const { iss } = JSON.parse(atob(token.split('.')[1] ?? ''))
  return String(iss).replace(/^https?:\/\//, '')
}
