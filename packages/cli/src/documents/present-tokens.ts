/** The tokens of a request: real ones, or tokens that are stated by their claims. */
import { text } from 'node:stream/consumers'
import {
  BrokerError,
  type CompiledTenant,
  type Dependencies,
  type RequestFields,
} from '@token-broker/core'
import { readProxySettings } from '@token-broker/core/proxy-settings'
import { createEnvironmentSecrets } from '@token-broker/functions/environment-secrets'
import {
  createJsonFetcher,
  createJwtVerifier,
  createKeyCache,
  createOpaqueVerifier,
  createSamlVerifier,
} from '@token-broker/functions/verifier'
import { UsageError } from '../cli-error.ts'
import type { CommandCall } from '../command-line/declaration.ts'
import { readClaimsOption } from '../session/json-option.ts'
import type { Terminal } from '../terminal.ts'
import type { TenantSourceOption } from './deciding-tenants.ts'
import { NO_EFFECTS } from './no-effects.ts'
import { readInputFile } from './read-documents.ts'
import type { PoolCallerOption } from './stated-pool-caller.ts'
import { actorFields, createStatedTokens, subjectFields } from './stated-tokens.ts'

/** The options of every command that decides about a token. */
export type TokenOption =
  | PoolCallerOption
  | TenantSourceOption
  | 'token'
  | 'claims'
  | 'token-type'
  | 'tenant'
  | 'issuer'
  | 'actor-token'
  | 'actor-claims'
  | 'actor-token-type'
  | 'actor-issuer'
  | 'grant'
  | 'duration'
  | 'statements'
  | 'policy'
  | 'endpoint'
  | 'ip'
  | 'now'
  | 'allow-loopback-http'
  | 'private-issuer-hosts'

/** What states the tokens: options, or what was pasted. */
export type PresentCall = Pick<CommandCall<TokenOption>, 'terminal' | 'option' | 'isSet'> & {
  /** The tokens themselves, which never leave this process; undefined: options name files. */
  readonly pasted?: { readonly token: string; readonly actorToken?: string | undefined }
}

type ActorFields = Pick<RequestFields, 'actorToken' | 'actorTokenType' | 'actorIssuer'>

interface PresentedTokens {
  readonly fields: ActorFields & Pick<RequestFields, 'subjectToken' | 'tokenType' | 'issuer'>
  /** The tenant that the request has to name, unless an option does; undefined: none. */
  readonly tenant: string | undefined
  readonly verifiers: Pick<Dependencies, 'verifier' | 'opaqueVerifier' | 'samlVerifier'>
}

/**
 * @param hasToken whether the caller has a subject token: a guest of a pool has none
 * @throws {UsageError} an option or a token that cannot be read
 */
export async function presentTokens(
  { terminal, option, isSet, pasted }: PresentCall,
  hasToken: boolean,
  now: () => number,
): Promise<PresentedTokens> {
  const isSaml = option('token-type') === 'saml2'
  const subjectToken = hasToken
    ? withoutSpace(pasted?.token ?? (await readToken(option('token'), terminal)), isSaml)
    : ''
  const issuer = option('issuer')
  const rule = {
    allowLoopback: isSet('allow-loopback-http'),
    privateHosts: readHostList(option('private-issuer-hosts')),
    proxy: readProxySettings(terminal.env),
  }
  const secrets = createEnvironmentSecrets(terminal.env)
  const fetchJson = createJsonFetcher(rule, { secrets })
  const keyCache = createKeyCache({ fetchJson, now })
  return {
    fields: {
      subjectToken,
      ...(isSaml ? { tokenType: 'saml2' } : {}),
      ...(issuer === undefined ? {} : { issuer }),
      ...(await readActor(option, pasted?.actorToken)),
    },
    tenant: undefined,
    verifiers: {
      verifier: createJwtVerifier({ keyCache }),
      samlVerifier: createSamlVerifier({ keyCache, now }),
      opaqueVerifier: pasted
        ? ASKS_NOBODY
        : createOpaqueVerifier({
            rule,
            secrets,
            // An issuer is asked now, also where the decision is as at another time.
            now: Date.now,
            ageClock: () => performance.now(),
            newId: NO_EFFECTS.newId,
          }),
    },
  }
}

/** For pasted tokens: asking the issuer of an opaque token would send the token to it. */
const ASKS_NOBODY: Dependencies['opaqueVerifier'] = {
  verify: async () => {
    throw new BrokerError(
      'issuer_unavailable',
      'the token is opaque: only its issuer knows what it says, and a pasted token is not sent ' +
        'to anyone; state its claims, or run token-broker explain, which asks the issuer',
    )
  },
}

/** Options of real tokens, which mean nothing beside stated claims. */
const REAL_TOKEN_OPTIONS = [
  ...(['token', 'token-type', 'issuer'] as const),
  ...(['actor-token', 'actor-token-type', 'actor-issuer'] as const),
]

/**
 * Tokens with the claims of `--claims` and `--actor-claims`, whose signatures count as valid.
 *
 * @throws {UsageError} claims that cannot be read, or an option of a real token
 */
export function stateTokens(
  option: CommandCall<TokenOption>['option'],
  tenants: readonly CompiledTenant[],
  now: () => number,
): PresentedTokens {
  const real = REAL_TOKEN_OPTIONS.find((name) => option(name) !== undefined)
  if (real !== undefined)
    throw new UsageError(
      `--${real}: expected no token beside --claims and --actor-claims; state the claims of each`,
    )
  const claims = readClaimsOption('--claims', option('claims'))
  const actorClaims = readClaimsOption('--actor-claims', option('actor-claims'))
  const [pool, provider] = [option('pool'), option('provider')]
  const isGuest = pool !== undefined && provider === undefined
  if (claims === undefined && !isGuest)
    throw new UsageError('--claims: expected the claims of the subject, found nothing')
  if (claims !== undefined && isGuest)
    throw new UsageError('--provider: expected the provider of the token, found nothing')
  const login = pool && provider ? { pool, name: provider } : undefined
  const stated = createStatedTokens(tenants, now)
  const subject = claims && stated.state(claims, login)
  return {
    fields: {
      ...(subject ? subjectFields(subject) : { subjectToken: '' }),
      ...(actorClaims ? actorFields(stated.state(actorClaims)) : {}),
    },
    tenant: subject?.namedTenant,
    verifiers: stated.verifiers,
  }
}

/** As in `BROKER_PRIVATE_ISSUER_HOSTS` of the broker. */
export function readHostList(list = ''): ReadonlySet<string> {
  return new Set(list.split(',').map((host) => host.trim().toLowerCase()))
}

async function readActor(
  option: CommandCall<TokenOption>['option'],
  pasted: string | undefined,
): Promise<ActorFields> {
  const file = option('actor-token')
  const issuer = option('actor-issuer')
  const isSaml = option('actor-token-type') === 'saml2'
  if (file === undefined && pasted === undefined && (isSaml || issuer !== undefined))
    throw new UsageError('expected --actor-token FILE with the other options of the actor')
  if (file === undefined && pasted === undefined) return {}
  const given = pasted ?? (await readInputFile(file ?? '', '--actor-token'))
  return {
    actorToken: withoutSpace(given, isSaml),
    ...(isSaml ? { actorTokenType: 'saml2' } : {}),
    ...(issuer === undefined ? {} : { actorIssuer: issuer }),
  }
}

function withoutSpace(given: string, isSaml: boolean): string {
  // Some identity providers write base64 in lines.
  const token = isSaml ? given.replace(/\s+/g, '') : given.trim()
  if (token === '') throw new UsageError('expected a token, found nothing but white space')
  return token
}

function readToken(file: string | undefined, { stdin, stderr }: Terminal): Promise<string> {
  if (file !== undefined && file !== '-') return readInputFile(file, '--token')
  if (stdin.isTTY) stderr.write('Paste the token, then press Enter and Ctrl-D:\n')
  return text(stdin)
}
