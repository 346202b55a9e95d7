/** Tokens of each kind that the broker refuses, each for another reason. */
import { startAssertionIssuer } from '../fixtures/assertion-issuer.ts'
import { closeAfterTests, startIssuer, tenantDocument } from '../fixtures/index.ts'
import type { TestIssuer } from '../fixtures/issuer-server.ts'

type Token = string | Promise<string>

export interface TokensToRefuse {
  /** Of the tenants acme, beta and dead, of which the last one's issuer responds with 500. */
  readonly documents: readonly string[]
  /** Undefined: the broker's own is not used. */
  readonly issuer: TestIssuer | undefined
  readonly malformed: string
  /** Alice's, of tenant acme. */
  valid(): Token
  withSubject(subject: string): Token
  expired(): Token
  ofUnknownIssuer(): Token
  /** For the tenant dead. */
  ofDeadIssuer(): Token
}

/** @param claims of each token */
export async function startJwtTokens(claims: object = {}): Promise<TokensToRefuse> {
  const issuer = await closeAfterTests(startIssuer())
  const dead = await closeAfterTests(startIssuer())
  dead.respondWith((_path, response) => response.writeHead(500).end())
  return {
    documents: [
      ...['acme', 'beta'].map((tenant) => tenantDocument(tenant, issuer.url)),
      tenantDocument('dead', dead.url),
    ],
    issuer,
    malformed: 'not-a-token',
    valid: () => issuer.token(claims),
    withSubject: (sub) => issuer.token({ ...claims, sub }),
    expired: () => issuer.token({ ...claims, exp: Math.floor(Date.now() / 1000) - 60 }),
    ofUnknownIssuer: () => issuer.token({ ...claims, iss: 'https://unknown.example' }),
    ofDeadIssuer: () => dead.token({ ...claims, aud: 'dead-app' }),
  }
}

export async function startSamlTokens(): Promise<TokensToRefuse> {
  const issuer = await closeAfterTests(startAssertionIssuer())
  const dead = await closeAfterTests(startAssertionIssuer())
  dead.respondWith((_path, response) => response.writeHead(500).end())
  return {
    documents: [...['acme', 'beta'].map((one) => issuer.document(one)), dead.document('dead')],
    issuer: undefined,
    malformed: Buffer.from('<not-saml/>').toString('base64'),
    valid: () => issuer.response(),
    withSubject: (nameId) => issuer.response({ nameId }),
    expired: () => issuer.response({ issuedAtMs: Date.now() - 600_000 }),
    ofUnknownIssuer: () => issuer.response({ issuer: 'https://unknown.example/saml' }),
    ofDeadIssuer: () => dead.response({ audience: 'dead-app' }),
  }
}

/** Tokens in which the issuer says that an agent acts for the user. */
export async function startTokensWithAct(): Promise<TokensToRefuse> {
  const tokens = await startJwtTokens({ act: { sub: 'agent' } })
  return { ...tokens, documents: tokens.documents.map(forActors) }
}

/** Actor tokens, and a good subject token for each tenant. */
export async function startActorTokens(): Promise<
  TokensToRefuse & { subject(tenant: string): Token }
> {
  const users = await closeAfterTests(startIssuer())
  const tokens = await startJwtTokens()
  const documents = tokens.documents.map((document) => {
    const [, tenant] = /^tenant: (\w+)$/m.exec(document) ?? []
    const issuer = `  - { issuer: '${users.url}', audiences: [${tenant}-app] }\n`
    return forActors(document).replace('attributes:', `${issuer}attributes:`)
  })
  return {
    ...{ ...tokens, documents },
    subject: (tenant) => users.token({ aud: `${tenant}-app`, sub: 'dora' }),
  }
}

function forActors(document: string): string {
  return document
    .replace(/^ +audiences: .*$/m, '$&\n    delegatedTokens: accept')
    .replace(/when: 'claims\.blocked.*'/, 'when: has(actor.subject)')
    .replace('{ from: claims.sub }', '{ from: claims.sub, acrossIssuers: true }')
    .replace('rules:', '  actor: { from: actor.subject, acrossIssuers: true }\nrules:')
    .replace("sessionName: '{{user}}'", "sessionName: '{{user}}.{{actor}}'")
}
