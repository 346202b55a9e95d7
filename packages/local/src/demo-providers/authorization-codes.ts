/** Authorization codes of a demo provider, each for one app, one address and one proof. */
import { hash } from 'node:crypto'
import type { AuthorizationRequest } from './authorization-request.ts'
import { createExpiringSecrets } from './expiring-secrets.ts'

/** What a code is exchanged for: who signed in, and what the app asked for. */
export interface SignIn<Person> {
  readonly person: Person
  readonly request: AuthorizationRequest
}

/** The parameters of a token request (RFC 6749 §4.1.3, RFC 7636 §4.5). */
interface CodeExchange {
  readonly code: string
  readonly clientId: string
  readonly redirectUri: string
  readonly codeVerifier: string
}

export interface AuthorizationCodes<Person> {
  issue(signIn: SignIn<Person>): string
  /** Each code is usable once, also where the exchange is refused. */
  exchange(exchange: CodeExchange): SignIn<Person> | CodeProblem
}

export type CodeProblem = 'unknown-code' | 'wrong-redirect-uri' | 'wrong-verifier'

const CODE_SECONDS = 300
const VERIFIER = /^[\w.~-]{43,128}$/

export function createAuthorizationCodes<Person>(now: () => number): AuthorizationCodes<Person> {
  const codes = createExpiringSecrets<SignIn<Person>>('', now)
  return {
    issue: (signIn) => codes.add(signIn, CODE_SECONDS),
    exchange({ code, clientId, redirectUri, codeVerifier }) {
      const signIn = codes.use(code)
      if (signIn?.request.clientId !== clientId) return 'unknown-code'
      if (signIn.request.redirectUri !== redirectUri) return 'wrong-redirect-uri'
      const challenge = hash('sha256', codeVerifier, 'base64url')
      if (!VERIFIER.test(codeVerifier) || challenge !== signIn.request.codeChallenge)
        return 'wrong-verifier'
      return signIn
    },
  }
}
