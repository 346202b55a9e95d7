/** The parsers of untrusted input, as functions of bytes that return or throw a BrokerError. */
import {
  type AssumedRole,
  type AssumeRoleInput,
  BrokerError,
  PoolRefusal,
  type RequestFields,
  type SubjectToken,
  type VerificationProfile,
  type WebIdentityToken,
} from '@token-broker/core'
import { compileTenant, tenantsFile } from '@token-broker/core/document'
import { DOCUMENT_LIMITS, readMetadata, readXml, SamlProblem } from '@token-broker/core/saml'
import { evaluateCondition } from '../../../packages/core/src/expression/cel.ts'
import { checkExpression } from '../../../packages/core/src/expression/check-expression.ts'
import { referencedClaims } from '../../../packages/core/src/expression/claim-paths.ts'
import { actorsOf, MAX_ACTORS } from '../../../packages/core/src/model/actor.ts'
import { isObject, parseStrictObject } from '../../../packages/core/src/model/strict-json.ts'
import { createTrace } from '../../../packages/core/src/model/trace.ts'
import { canonicalize } from '../../../packages/core/src/saml/canonical-xml.ts'
import { compareCallerPolicy } from '../../../packages/core/src/session/compare-caller-policy.ts'
import { demandDpopProof } from '../../../packages/core/src/verify/demand-dpop-proof.ts'
import { readDpopProof, thumbprintOf } from '../../../packages/core/src/verify/dpop-proof.ts'
import { demandMayAct } from '../../../packages/core/src/verify/may-act.ts'
import { readActors } from '../../../packages/core/src/verify/read-actors.ts'
import { parseSubjectToken } from '../../../packages/core/src/verify/subject-token.ts'
import { createSts } from '../../../packages/functions/src/adapters/sts/assume-role.ts'
import { createJwtVerifier } from '../../../packages/functions/src/adapters/verifiers/jwt-verifier.ts'
import { createKeyCache } from '../../../packages/functions/src/adapters/verifiers/key-cache.ts'
import { createSamlVerifier } from '../../../packages/functions/src/adapters/verifiers/saml-verifier.ts'
import { createCognitoEndpoints } from '../../../packages/functions/src/endpoints/cognito-endpoints.ts'
import { nativeEndpoint } from '../../../packages/functions/src/endpoints/native.ts'
import { stsQueryEndpoint } from '../../../packages/functions/src/endpoints/sts-query.ts'
import {
  requestsWebIdentity,
  tokenExchangeEndpoint,
  webIdentityEndpoint,
} from '../../../packages/functions/src/endpoints/token-exchange.ts'
import type { HttpRequest } from '../../../packages/functions/src/http.ts'
import { startStsServer } from '../../fixtures/sts-server.ts'

export type FuzzTarget = (input: Buffer) => unknown

/** Each is created once per process; the server of `sts-response` ends with the process. */
export const TARGETS: Readonly<Record<string, () => FuzzTarget | Promise<FuzzTarget>>> = {
  'subject-token': () => (input) => parseSubjectToken(input.toString('latin1'), createTrace()),
  'token-claims': () => (input) =>
    parseSubjectToken(tokenOf('{"alg":"RS256"}', input), createTrace()),
  'dpop-proof': () => (input) => readDpopProof(input.toString('latin1'), createTrace()),
  'dpop-claims': () => proveWith,
  'delegation-claims': () => (input) => readDelegation(input.toString('utf8')),
  'strict-json': () => (input) => readStrictly(input.toString('utf8')),
  'tenant-document': () => (input) => compileDocument(input.toString('utf8')),
  cel: () => {
    let run = 0
    // A different text each time, because parsed expressions are cached.
    return (input) => evaluate(input.toString('utf8') + ' '.repeat(run++ % 50))
  },
  'sts-query': () => (input) =>
    stsQueryEndpoint.parse(requestOf(input, 'application/x-www-form-urlencoded')),
  'session-policy': () => (input) =>
    compareCallerPolicy(input.toString('utf8'))(
      { statements: GRANTED, sessionTags: {} },
      createTrace(),
    ),
  'cognito-body': readPoolRequests,
  'native-body': () => (input) => nativeEndpoint.parse(requestOf(input, 'application/json')),
  'token-exchange': () => (input) =>
    readExchange(requestOf(input, 'application/x-www-form-urlencoded')),
  'key-set': () => verifyWithKeySet,
  'sts-response': readStsResponses,
  'saml-document': readSamlDocuments,
  'saml-metadata': () => readSamlMetadata,
}

const PROFILE: VerificationProfile = {
  issuer: 'https://id.example',
  keys: { from: 'jwksUri', jwksUri: 'https://id.example/jwks' },
  algorithms: ['RS256', 'ES256', 'EdDSA'],
  types: ['jwt'],
  maxTokenAgeSeconds: 86_400,
  clockToleranceSeconds: 30,
}
const GRANTED = [
  {
    Effect: 'Allow',
    Action: ['s3:Get*', 's3:List?ucket'],
    Resource: ['arn:aws:s3:::a/*', 'arn:aws:s3:::b/${aws:x}/?'],
  },
  {
    Effect: 'Allow',
    Action: '*',
    Resource: 'arn:aws:s3:::c',
    Condition: { StringLike: { 's3:prefix': ['a/*'] } },
  },
  { Effect: 'Deny', NotAction: 's3:*', Resource: '*' },
] as const
const SCOPE = {
  claims: {
    sub: 'alice',
    groups: ['a', 'b'],
    n: 3,
    ok: true,
    org: { name: 'acme' },
    nothing: null,
  },
  issuer: 'https://id.example',
  request: { ip: '192.0.2.1', endpoint: 'native' },
  actor: {
    issuer: 'https://id.example',
    subject: 'agent',
    claims: { sub: 'agent', groups: ['a'] },
    actor: { issuer: 'https://id.example', subject: 'desk', claims: { sub: 'desk' } },
  },
}

function tokenOf(header: string, payload: Buffer): string {
  return `${Buffer.from(header).toString('base64url')}.${payload.toString('base64url')}.AAAA`
}

const PROOF_KEY = { crv: 'P-256', kty: 'EC', x: 'x', y: 'y' }

/** All checks of a proof, with claims that nobody signed. No claims have a nonce of the broker. */
function proveWith(input: Buffer): void {
  const header = JSON.stringify({ alg: 'ES256', typ: 'dpop+jwt', jwk: PROOF_KEY })
  const proof = tokenOf(header, input)
  const presented = { proof, scheme: undefined, method: 'POST', path: '/v1/credentials' }
  demandDpopProof('token', thumbprintOf(PROOF_KEY), presented, {
    ...{ requestId: 'r', endpoint: 'native', clientIp: '192.0.2.1', userAgent: undefined },
    signal: new AbortController().signal,
    trace: createTrace(),
    ports: {
      proofVerifier: { verify: () => true },
      brokerIssuer: 'https://broker.example',
      sessionNameKey: 'a secret that no input can know',
      now: () => 1_767_225_600_000,
    },
  })
  throw new Error('A proof without a nonce is accepted.')
}

/** `act` and `may_act` of a verified token. */
function readDelegation(text: string): void {
  const claims = readStrictly(text)
  if (!isObject(claims)) return
  const issuer = 'https://id.example'
  const actor = readActors(claims.act, issuer, MAX_ACTORS, createTrace())
  if (actorsOf(actor).length > MAX_ACTORS) throw new Error('A chain is longer than its limit.')
  demandMayAct({ claims, issuer }, actor, createTrace())
}

/** The only caller treats a SyntaxError as a refusal. */
function readStrictly(text: string): unknown {
  try {
    return parseStrictObject(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function compileDocument(text: string): void {
  const { tenant, errors } = compileTenant(text, 'tenant.yaml')
  if ((tenant === undefined) === (errors.length === 0))
    throw new Error('Expected either a tenant or errors.')
  if (tenant) JSON.parse(tenantsFile([tenant]).trimEnd().split('\n').at(-1) ?? '')
}

function evaluate(expression: string): void {
  checkExpression(expression, 'bool')
  referencedClaims(expression)
  const { passed, error } = evaluateCondition(expression, SCOPE)
  if (passed && error !== undefined) throw new Error('A condition with an error has passed.')
}

function requestOf(body: Buffer, type: string): HttpRequest {
  const headers = { 'content-type': type }
  const { signal } = new AbortController()
  return {
    method: 'POST',
    path: '/',
    headers,
    body,
    clientIp: '192.0.2.1',
    signal,
    recordSignal: signal,
  }
}

const POOL_ID = 'eu-central-1:00000000-0000-4000-8000-000000000000'

/** Both operations that apps call. What is accepted is within the limits of the model. */
function readPoolRequests(): FuzzTarget {
  const { identityEndpoint, credentialsEndpoint } = createCognitoEndpoints({
    poolOf: () => POOL_ID,
    refusal: (code, message) => new BrokerError(code, message),
    poolRefusal: (problem, message) => new PoolRefusal(problem, message),
  })
  const target = 'AWSCognitoIdentityService.GetCredentialsForIdentity'
  return (input) => {
    const request = requestOf(input, 'application/x-amz-json-1.1')
    const headers = { ...request.headers, 'x-amz-target': target }
    for (const parse of [identityEndpoint.parse, credentialsEndpoint.parse]) {
      const fields = acceptedFields(() => parse({ ...request, headers }))
      const { logins = [], identityId = '' } = fields?.pool ?? {}
      if (logins.length > 10 || identityId.length > 55)
        throw new Error('A request beyond the limits is accepted.')
    }
  }
}

function acceptedFields(parse: () => RequestFields): RequestFields | undefined {
  try {
    return parse()
  } catch (error) {
    if (error instanceof BrokerError) return undefined
    throw error
  }
}

function readExchange(request: HttpRequest): RequestFields {
  return requestsWebIdentity(request)
    ? webIdentityEndpoint.parse(request)
    : tokenExchangeEndpoint(() => 0).parse(request)
}

async function verifyWithKeySet(input: Buffer): Promise<void> {
  const fetchJson = async () => {
    try {
      return JSON.parse(input.toString('utf8'))
    } catch {
      throw new BrokerError('issuer_unavailable', 'The key set is not JSON.')
    }
  }
  const verifier = createJwtVerifier({ keyCache: createKeyCache({ fetchJson, now: () => 0 }) })
  for (const alg of PROFILE.algorithms) {
    const token: SubjectToken = parseSubjectToken(
      tokenOf(JSON.stringify({ alg, kid: 'k' }), Buffer.from('{"iss":"https://id.example"}')),
      createTrace(),
    )
    const refusal = await verifier.verify(token, PROFILE, 1_000).catch((error: unknown) => error)
    if (!(refusal instanceof BrokerError))
      throw refusal ?? new Error('A signature of three bytes is valid.')
  }
}

const ASSUMED: AssumeRoleInput = {
  roleArn: 'arn:aws:iam::111122223333:role/a',
  roleSessionName: 'session',
  webIdentityToken: 'token' as WebIdentityToken,
  durationSeconds: 900,
  sessionPolicyJson: '{}',
  managedPolicyArns: [],
}

async function readStsResponses(): Promise<FuzzTarget> {
  const server = await startStsServer()
  const sts = createSts({ region: 'eu-west-1', endpoint: server.url, maxAttempts: 1 })
  return (input): Promise<AssumedRole> => {
    server.respondWith((response) => response.writeHead(input[0] === 0x21 ? 400 : 200).end(input))
    return sts.assumeRoleWithWebIdentity(ASSUMED, new AbortController().signal)
  }
}

/** The canonical form of a canonical form is itself: what is signed is read again from it. */
function readSamlDocuments(): FuzzTarget {
  const keyCache = createKeyCache({ fetchJson: async () => '', now: () => 0 })
  const verifier = createSamlVerifier({ keyCache, now: () => 0 })
  return async (input) => {
    unlessProblem(() => {
      const form = canonicalize(readXml(input.toString('utf8'), DOCUMENT_LIMITS))
      const unlimited = { characters: Number.POSITIVE_INFINITY, elements: 2_000 }
      if (canonicalize(readXml(form, unlimited)) !== form)
        throw new Error('A canonical form has another canonical form.')
    })
    await verifier.read(input.toString('base64'))
  }
}

function readSamlMetadata(input: Buffer): void {
  unlessProblem(() => readMetadata(input.toString('utf8'), 'https://idp.example/metadata', []))
}

function unlessProblem(read: () => unknown): void {
  try {
    read()
  } catch (error) {
    if (!(error instanceof SamlProblem)) throw error
  }
}
