/** A broker of a tenant whose users have a partner and agents, and requests to its endpoints. */
import { decodeJwt } from 'jose'
import type { HttpResponse } from '../../packages/functions/src/http.ts'
import {
  closeAfterTests,
  startIssuer,
  startTestBroker,
  type TestBroker,
} from '../fixtures/index.ts'
import type { TestIssuer } from '../fixtures/issuer-server.ts'
import type { TestBrokerOptions } from '../fixtures/test-broker.ts'

interface DelegatedRequest {
  readonly subject: string
  readonly actor?: string | undefined
  /** Default: the broker's choice; at the STS and container endpoints `partner`. */
  readonly grant?: string | undefined
}

/** Sends a request to one endpoint. */
type SendDelegated = (request: DelegatedRequest) => Promise<HttpResponse>

export interface DelegatedBroker {
  readonly broker: TestBroker
  /** Of alice and other users, with `act` for agents. */
  readonly users: TestIssuer
  readonly partner: TestIssuer
  /** An issuer of the tenant that responds with 500. */
  readonly broken: TestIssuer
  /** An issuer that only the tenant `beta` trusts. */
  readonly foreign: TestIssuer
  /** By name: the endpoints that can carry an actor token. */
  readonly endpoints: Readonly<Record<string, SendDelegated>>
  /** By name: those that cannot. */
  readonly others: Readonly<Record<string, SendDelegated>>
  /** The claims of the token that the broker minted last. */
  minted(): Readonly<Record<string, unknown>>
}

export async function startDelegatedBroker(
  options: Pick<TestBrokerOptions, 'candidates'> = {},
): Promise<DelegatedBroker> {
  const start = () => closeAfterTests(startIssuer())
  const [users, partner, broken, foreign] = await Promise.all([start(), start(), start(), start()])
  broken.respondWith((_path, response) => response.writeHead(500).end())
  const issuers = { users, partner, broken, foreign }
  const documents = [acme(issuers), beta(issuers)]
  const broker = await startTestBroker({ issuer: users, documents, ...options })
  const native =
    (path: string): SendDelegated =>
    ({ subject, actor, grant }) =>
      broker.post(path, subject, { tenant: 'acme', grant, actorToken: actor })
  const exchange =
    (requested?: string): SendDelegated =>
    ({ subject, actor, grant }) =>
      broker.postForm('/v1/token', {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: subject,
        subject_token_type: `${TYPES}id_token`,
        actor_token: actor,
        actor_token_type: actor === undefined ? undefined : `${TYPES}jwt`,
        requested_token_type: requested,
        audience: 'acme',
        scope: grant === undefined ? undefined : `grant:${grant}`,
      })
  return {
    ...{ broker, ...issuers },
    endpoints: {
      native: native('/v1/credentials'),
      explain: native('/v1/explain'),
      'token-exchange': exchange(),
      release: exchange(`${TYPES}jwt`),
    },
    others: {
      sts: ({ subject, grant = 'partner' }) =>
        broker.postForm('/sts', {
          Action: 'AssumeRoleWithWebIdentity',
          Version: '2011-06-15',
          RoleArn: `arn:aws:iam::000000000000:role/broker/acme/${grant}`,
          RoleSessionName: 'session',
          WebIdentityToken: subject,
        }),
      container: ({ subject, grant = 'partner' }) =>
        broker.get(`/v1/tenants/acme/grants/${grant}/credentials`, { authorization: subject }),
    },
    minted: () => decodeJwt(broker.sts.calls.at(-1)?.get('WebIdentityToken') ?? ''),
  }
}

const TYPES = 'urn:ietf:params:oauth:token-type:'

type Issuers = Pick<DelegatedBroker, 'users' | 'partner' | 'broken' | 'foreign'>

function acme({ users, partner, broken }: Issuers): string {
  return `
tenant: acme
issuers:
  - { issuer: '${users.url}', audiences: [acme-app], delegatedTokens: accept }
  - { issuer: '${partner.url}', audiences: [acme-partners], member: claims.customer == "acme" }
  - { issuer: '${broken.url}', audiences: [acme-app] }
attributes:
  user: { from: claims.sub, issuer: '${users.url}' }
  region: { from: claims.region, issuer: '${users.url}' }
  actor: { from: actor.subject, acrossIssuers: true }
rules:
  - name: the partner acts for users of its own region
    when: actor.issuer == "${partner.url}" && actor.claims.region == claims.region
    grant: partner
  - name: agents act for users
    when: actor.issuer == "${users.url}" && actor.subject in ["agent", "agent-2"]
    grant: partner
  - name: users themselves
    grant: own
grants:
  partner:
    role: arn:aws:iam::111122223333:role/partner
    releasedAudience: acme-released
    sessionName: '{{user}}.{{actor}}'
    sessionTags: { user: '{{user}}', actor: '{{actor}}' }
    sourceIdentity: '{{actor}}'
    policy:
      - Sid: Read
        Effect: Allow
        Action: s3:GetObject
        Resource: arn:aws:s3:::acme/{{region}}/{{user}}/*
  own:
    role: arn:aws:iam::111122223333:role/own
    policy:
      - { Sid: All, Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::acme/own/{{user}}/*' }
`
}

function beta({ users, foreign }: Issuers): string {
  return `
tenant: beta
issuers:
  - issuer: ${users.url}
    audiences: [beta-app]
    member: claims.org == "beta"
    # As in the other document, so that both verify tokens in the same way.
    delegatedTokens: accept
  - { issuer: '${foreign.url}', audiences: [acme-app] }
rules:
  - { name: all, grant: nothing }
grants:
  nothing: { role: 'arn:aws:iam::111122223333:role/beta' }
`
}
