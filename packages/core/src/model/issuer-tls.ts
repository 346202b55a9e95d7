/** How connections to an issuer differ from those to a public server, after the compile step. */

export interface IssuerTls {
  /** Root certificates in PEM, in place of the public ones. */
  readonly ca?: string
  /** The name of the secret with the broker's client certificate and its private key. */
  readonly clientCertificate?: string
}
