/** The authorization endpoint of a demo provider: its sign-in page, and what a click there does. */
import type { AuthorizationCodes } from './authorization-codes.ts'
import {
  type AuthorizationRequest,
  type RegisteredApp,
  readAuthorization,
  redirectTo,
} from './authorization-request.ts'
import type { DemoPerson } from './demo-people.ts'
import { type ProviderRequest, type ProviderRoute, providerRedirect } from './provider-responses.ts'
import { type SignInTexts, signInPage, signInProblemPage } from './sign-in-page.ts'

export interface SignInOptions extends SignInTexts {
  readonly people: readonly DemoPerson[]
  readonly app: RegisteredApp
  /** Scopes one of which an app must request; empty: none is required. */
  readonly scopes: readonly string[]
  /** Sent with every response to the app (RFC 9207); undefined: the provider does not send it. */
  readonly issuer?: string
  readonly codes: AuthorizationCodes<DemoPerson>
  /** Parameters of the response to an app whose user cancels. */
  readonly cancelled: Readonly<Record<string, string>>
}

const PROBLEMS = {
  'unknown-app': 'The app that sent you here is not registered (client_id).',
  'wrong-redirect-uri':
    'The app that sent you here would lead you to an address that is not registered for it ' +
    '(redirect_uri).',
}

export function signInRoutes(options: SignInOptions): Record<'GET' | 'POST', ProviderRoute> {
  const { people, app, scopes, issuer, codes, cancelled } = options
  const respond = (
    { query }: ProviderRequest,
    serve: (request: AuthorizationRequest) => ReturnType<ProviderRoute>,
  ) => {
    const read = readAuthorization(query, app, scopes, issuer)
    if ('shown' in read) return signInProblemPage(options, PROBLEMS[read.shown])
    return 'location' in read ? providerRedirect(read.location) : serve(read.request)
  }
  return {
    GET: (incoming) =>
      respond(incoming, ({ redirectUri }) =>
        signInPage(options, people, app.name, new URL(redirectUri).origin),
      ),
    POST: (incoming) =>
      respond(incoming, (request) => {
        const { redirectUri, state } = request
        if (!isOwnForm(incoming))
          return signInProblemPage(options, 'Another page sent this form. Go back, and try again.')
        if (incoming.form.has('cancel'))
          return providerRedirect(redirectTo(redirectUri, { ...cancelled, state, iss: issuer }))
        const person = people.find(({ id }) => id === incoming.form.get('person'))
        if (!person) return signInProblemPage(options, 'There is no such person here.')
        const code = codes.issue({ person, request })
        return providerRedirect(redirectTo(redirectUri, { code, state, iss: issuer }))
      }),
  }
}

/**
 * A page of another site could send the form without a click of the user, who would then be signed
 * in as someone else. Programs that are no browsers do not send the header.
 */
function isOwnForm({ headers }: ProviderRequest): boolean {
  return (headers['sec-fetch-site'] ?? 'same-origin') === 'same-origin'
}
