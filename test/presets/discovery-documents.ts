/** What an issuer publishes whose keys are found by OpenID Connect Discovery 1.0. */

/** @returns the documents of such an issuer by URL, given its key set */
export function discoveredAt(issuer: string, jwksUri: string) {
  return (keySet: object): Readonly<Record<string, unknown>> => ({
    [`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`]: {
      issuer,
      jwks_uri: jwksUri,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
    },
    [jwksUri]: keySet,
  })
}
