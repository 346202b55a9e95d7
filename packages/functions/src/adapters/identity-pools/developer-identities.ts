/**
 * The identities of backends' own users: signatures, operations and OpenID tokens. The broker loads
 * this file lazily (bundle.ts).
 */
import type {
  CompiledPool,
  DeveloperIdentities,
  DeveloperOperation,
  DeveloperResult,
  PoolProblem,
  RefusalCode,
  VerifiedOperation,
} from '@token-broker/core'
import {
  createOpenIdToken,
  type DeveloperRefusal,
  identifyDeveloper,
  identifyTokenUser,
  lookUpDeveloper,
  mergeDevelopers,
  type OpenIdProblem,
  type PoolKeys,
  readGuestId,
  readOpenIdToken,
} from '@token-broker/core/identity-pool'
import { type LinkingTable, runSteps, type Steps, unlinkLogin } from '@token-broker/core/linking'
import type { SignedAddress } from '../request-signature.ts'
import type { SecretStore } from '../secret-store.ts'
import type { FindRootKey } from './key-pairs/find-root-key.ts'
import { type KeyProblem, verifyKeySignature } from './key-pairs/verify-key-signature.ts'
import { previewLinks } from './linked/preview-links.ts'
import { linkingLogin } from './linking-login.ts'
import { rememberKeys } from './remember-pool-keys.ts'

export interface DeveloperIdentitiesOptions {
  readonly secrets: SecretStore
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** URL of the broker, which is the issuer of OpenID tokens. */
  readonly issuer: string
  readonly findRootKey: FindRootKey
  readonly tableOf: (pool: string, signal: AbortSignal) => LinkingTable
  /** Refusals of the main bundle, whose classes another bundle must not have a copy of. */
  readonly refusal: (
    code: RefusalCode,
    message: string,
    options?: { readonly callerMessage?: string; readonly retryAfterSeconds?: number },
  ) => Error
  readonly poolRefusal: (problem: PoolProblem, callerMessage: string, message?: string) => Error
}

export function createDeveloperIdentities(
  options: DeveloperIdentitiesOptions,
): DeveloperIdentities {
  const { now, issuer, findRootKey, tableOf, refusal, poolRefusal } = options
  const keysOf = rememberKeys(options)

  const identifiedBy = <Result extends { readonly refused?: undefined }>(
    result: Result | { readonly refused: DeveloperRefusal },
    provider: string,
  ): Result => {
    if (result.refused === undefined) return result as Result
    throw refuseDeveloper(result.refused, provider, options)
  }

  return {
    async verify(signed, pool, signal) {
      const nowMs = now()
      const address = addressOf(issuer, pool.id)
      const context = { find: findRootKey, nowMs, signal }
      const found = await verifyKeySignature(signed, pool, address, context)
      if (!('problem' in found)) return found
      const { problem, keyId } = found
      const message = `The signature proves no key pair of the pool: ${problem}.`
      const refused = poolRefusal(problem, KEY_PROBLEMS[problem], message)
      return { refusal: refused, ...(keyId === undefined ? {} : { keyId }) }
    },

    async run(verified, pool, signal) {
      const keys = await keysOf(pool)
      const table = tableOf(pool.id, signal)
      const run = <Result>(steps: Steps<Result>) => runSteps(steps, table)
      const { operation, provider } = verified
      const login = (user: string) => linkingLogin(keys, provider, user, true)
      switch (operation.name) {
        case 'GetOpenIdTokenForDeveloperIdentity':
          return identify(operation, verified, pool, keys, run)
        case 'LookupDeveloperIdentity': {
          const { identityId, user } = operation
          const steps = lookUpDeveloper(
            provider,
            user === undefined ? undefined : login(user),
            identityId,
          )
          const found = identifiedBy(await run(steps), provider)
          return { identityId: found.id, ...pageOf(found.users, operation) }
        }
        case 'MergeDeveloperIdentities': {
          const steps = mergeDevelopers(login(operation.source), login(operation.destination))
          const merged = await run(steps)
          // That both already had one identity is not an error.
          return { identityId: identifiedBy(merged, provider).id }
        }
        case 'UnlinkDeveloperIdentity': {
          const refused = await run(unlinkLogin(login(operation.user), operation.identityId))
          if (refused) throw refuseDeveloper(refused.refused, provider, options)
          return {}
        }
      }
    },

    async identify({ pool, token, identityId, adoptsChangedIds, readOnly }, signal) {
      const keys = await keysOf(pool)
      const read = readOpenIdToken(keys, token, { issuer, pool: pool.id }, now() / 1000)
      if (typeof read === 'string') throw refuseToken(read, refusal)
      const { claims, provider, user } = read
      if (claims.sub !== identityId || provider !== pool.developerProvider)
        throw refusal('invalid_token', 'The OpenID token is of another identity or provider.', {
          callerMessage: NO_MATCH,
        })
      const login = linkingLogin(keys, provider, user, true)
      const steps = identifyTokenUser(login, claims.sub, Math.floor(now() / 1000))
      const table = tableOf(pool.id, signal)
      const result = await runSteps(steps, readOnly ? previewLinks(table).table : table)
      const { id, born, claimedGuest } = identifiedBy(result, provider)
      if (id !== identityId && !adoptsChangedIds)
        throw poolRefusal('not-found', `Identity '${identityId}' not found.`)
      const identity = {
        ...{ id, pool: pool.id, provider, logins: [provider], guest: false, createdAt: born },
        ...(claimedGuest === undefined ? {} : { claimedGuest }),
      }
      return { identity, claims: { ...claims } }
    },
  }

  async function identify(
    operation: DeveloperOperation & { name: 'GetOpenIdTokenForDeveloperIdentity' },
    { provider, logins }: VerifiedOperation,
    pool: CompiledPool,
    keys: PoolKeys,
    run: <Result>(steps: Steps<Result>) => Promise<Result>,
  ): Promise<DeveloperResult> {
    const { identityId, durationSeconds } = operation
    const nowSeconds = now() / 1000
    const user = operation.logins.find((one) => one.provider === provider)?.token ?? ''
    const born = identityId && readGuestId(keys, identityId, nowSeconds)
    const guest = identityId && born ? { id: identityId, born } : undefined
    const others = logins.map(({ provider: name, subject }) =>
      linkingLogin(keys, name, subject, false),
    )
    const developer = linkingLogin(keys, provider, user, true)
    const wanted = { developer, others, identityId, guest, nowSeconds: Math.floor(nowSeconds) }
    const { id } = identifiedBy(await run(identifyDeveloper(wanted, rulesOf(pool))), provider)
    const subject = { issuer, pool: pool.id, identityId: id, provider, user }
    const token = createOpenIdToken(keys, subject, { nowSeconds, durationSeconds })
    return { identityId: id, token }
  }
}

function rulesOf({ merging, adoptWithinSeconds }: CompiledPool) {
  return { merging, ...(adoptWithinSeconds === undefined ? {} : { adoptWithinSeconds }) }
}

/** As in COGNITO_PATH: in a deployment, the second one keeps signatures. */
const PATHS = ['/cognito/', '/v1/cognito/']

/**
 * SDKs encode each segment of the path that they send, a second time where the URL had the colon
 * encoded; others sign it as it is. It does not matter which: all of them are this pool.
 */
function addressOf(issuer: string, pool: string): SignedAddress {
  const { host, pathname } = new URL(issuer)
  const ids = ['%3A', '%253A', ':'].map((colon) => pool.replace(':', colon))
  const base = pathname.replace(/\/$/, '')
  const paths = PATHS.flatMap((path) => ids.map((id) => base + path + id))
  return { host, paths: paths.flatMap((path) => [path, `${path}/`]) }
}

/** Ends where the next page begins: at a user that is part of neither if it is unlinked between. */
function pageOf(
  users: readonly { readonly key: string; readonly user: string }[],
  { maxResults, nextToken = '' }: { readonly maxResults: number; readonly nextToken?: string },
): Pick<DeveloperResult, 'users' | 'nextToken'> {
  const rest = users.filter(({ key }) => key > nextToken)
  const page = rest.slice(0, maxResults)
  const last = rest.length > page.length ? page.at(-1)?.key : undefined
  return {
    users: page.map(({ user }) => user),
    ...(last === undefined ? {} : { nextToken: last }),
  }
}

const UNKNOWN_KEY = 'The security token included in the request is invalid.'
const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS ' +
  'Secret Access Key and signing method. Consult the service documentation for details.'
const KEY_PROBLEMS: Readonly<Record<KeyProblem, string>> = {
  unsigned: 'Missing Authentication Token',
  incomplete:
    'Sign the request with Signature Version 4 in the header Authorization, with host, ' +
    'x-amz-date, x-amz-target and content-type among the signed headers.',
  'other-service': "Credential should be scoped to correct service: 'cognito-identity'.",
  'other-date': 'Date in Credential scope does not match the date of X-Amz-Date.',
  'too-old': 'Signature expired: X-Amz-Date is more than 5 min. ago.',
  'too-new': 'Signature not yet current: X-Amz-Date is more than 5 min. ahead.',
  mismatch: MISMATCH,
  'unknown-key': UNKNOWN_KEY,
  'revoked-key': UNKNOWN_KEY,
  'unreadable-key': UNKNOWN_KEY,
}

const NO_MATCH =
  "Logins don't match. Please include at least one valid login for this identity or identity pool."

function refuseToken(
  problem: OpenIdProblem,
  refusal: DeveloperIdentitiesOptions['refusal'],
): Error {
  const code = problem === 'expired' ? 'token_expired' : 'invalid_token'
  const callerMessage =
    problem === 'expired'
      ? 'Invalid login token. Token expired: get a new one from your backend.'
      : 'Invalid login token. Not a valid OpenId Connect identity token.'
  return refusal(code, `The OpenID token of the pool is refused: ${problem}.`, { callerMessage })
}

const FORBIDDEN = 'Access to this identity is forbidden.'
const CONFLICTS = ['two-identities', 'provider-taken', 'too-many-merged']

function refuseDeveloper(
  problem: DeveloperRefusal,
  provider: string,
  { refusal, poolRefusal }: Pick<DeveloperIdentitiesOptions, 'refusal' | 'poolRefusal'>,
): Error {
  const message = `The identity of the user of ${provider} is refused: ${problem}.`
  if (problem === 'contended') return refusal('throttled', message, { retryAfterSeconds: 1 })
  if (problem === 'other-identity')
    return poolRefusal(
      problem,
      'The provided developer user identifier is already registered under a different identity ID.',
      message,
    )
  if (problem === 'unknown' || problem === 'not-linked')
    return poolRefusal('not-found', 'The identity or the developer user is not found.', message)
  if (CONFLICTS.includes(problem))
    return poolRefusal('conflict', 'The logins belong to different identities.', message)
  return refusal('access_denied', message, { callerMessage: FORBIDDEN })
}
