/** Types for the part of oidc-provider that the demo IdP uses; the package has no types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  export interface GrantContext {
    readonly oidc: {
      readonly client: unknown
      readonly params: Readonly<Record<string, unknown>>
    }
    body: unknown
  }

  export interface AccessToken {
    resourceServer?: unknown
    readonly expiration: number
    readonly accountId: string
    save(): Promise<string>
  }

  export interface IdToken {
    scope?: string
    set(claim: string, value: unknown): void
    issue(options: { use: 'idtoken' }): Promise<string>
  }

  export default class Provider {
    constructor(issuer: string, configuration: object)
    readonly issuer: string
    readonly AccessToken: new (
      properties: object,
    ) => AccessToken
    readonly IdToken: new (
      claims: object,
      options: { ctx: GrantContext },
    ) => IdToken
    readonly ResourceServer: new (
      identifier: string,
      properties: object,
    ) => unknown
    registerGrantType(
      name: string,
      handler: (ctx: GrantContext) => Promise<void>,
      parameters: readonly string[],
    ): void
    callback(): (request: IncomingMessage, response: ServerResponse) => void
  }

  export const errors: {
    readonly InvalidGrant: new (description: string) => Error
    readonly InvalidTarget: new (description: string) => Error
  }
}
