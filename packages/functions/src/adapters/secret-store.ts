/** The port for secrets: tenant documents contain their names, and never their values. */

export interface SecretStore {
  /**
   * @param options.isRefused the value that was returned before was refused: it may be an old one
   * @throws {BrokerError} `config_invalid`, naming the secret, where there is none of this name;
   *   `upstream_unavailable`
   */
  get(name: string, options?: { readonly isRefused?: boolean }): Promise<string>
}
