/** Decides about a token as the broker would, by the tenant documents of a command line. */
import { text } from 'node:stream/consumers'
import { type Decision, explainDecision, type RequestFields } from '@token-broker/core'
import { readProxySettings } from '@token-broker/core/proxy-settings'
import { createEnvironmentSecrets } from '@token-broker/functions/environment-secrets'
import {
  createJsonFetcher,
  createJwtVerifier,
  createKeyCache,
  createOpaqueVerifier,
  createSamlVerifier,
} from '@token-broker/functions/verifier'
import { quote, UsageError } from '../cli-error.ts'
import type { CommandCall } from '../command-line/declaration.ts'
import { readPolicyOption } from '../session/policy-option.ts'
import type { Terminal } from '../terminal.ts'
import { createMemoryTenants } from './memory-tenants.ts'
import { NO_DEADLINE, NO_EFFECTS } from './no-effects.ts'
import { printDocumentErrors, readDocuments, readInputFile } from './read-documents.ts'
import { type PoolCallerOption, readPoolCaller } from './stated-pool-caller.ts'

/** The options of every command that decides about a token. */
export type TokenOption =
  | PoolCallerOption
  | 'tenants'
  | 'token'
  | 'token-type'
  | 'tenant'
  | 'issuer'
  | 'actor-token'
  | 'actor-token-type'
  | 'actor-issuer'
  | 'grant'
  | 'policy'
  | 'now'
  | 'allow-loopback-http'
  | 'private-issuer-hosts'
  | 'boundaries'

/**
 * @returns undefined where a document is invalid; its errors are printed
 * @throws {UsageError} an option, a document or the token that cannot be read
 */
export async function decideToken({
  terminal,
  option,
  isSet,
}: Pick<CommandCall<TokenOption>, 'terminal' | 'option' | 'isSet'>): Promise<Decision | undefined> {
  const now = readClock(option('now'))
  const policy = readPolicyOption(option('policy'))
  const folder = option('tenants')
  if (folder === undefined)
    throw new UsageError('--tenants: expected the directory of the tenant documents, found nothing')
  const { documents, errors } = await readDocuments([folder], option('boundaries'))
  if (errors.length > 0) {
    printDocumentErrors(terminal, errors)
    return undefined
  }
  const isSaml = option('token-type') === 'saml2'
  const caller = readPoolCaller(option)
  const token =
    caller?.hasToken === false
      ? ''
      : withoutSpace(await readToken(option('token'), terminal), isSaml)
  const actor = await readActor(option)
  const rule = {
    allowLoopback: isSet('allow-loopback-http'),
    privateHosts: readHostList(option('private-issuer-hosts')),
    proxy: readProxySettings(terminal.env),
  }
  const secrets = createEnvironmentSecrets(terminal.env)
  const fetchJson = createJsonFetcher(rule, { secrets })
  const keyCache = createKeyCache({ fetchJson, now })
  const issuer = option('issuer')
  return explainDecision(
    {
      ...(caller ? { subjectToken: '', pool: caller.request(token) } : { subjectToken: token }),
      ...(isSaml ? { tokenType: 'saml2' } : {}),
      tenant: option('tenant'),
      ...(issuer === undefined ? {} : { issuer }),
      ...actor,
      grant: option('grant'),
      durationSeconds: undefined,
      statements: undefined,
      ...(policy === undefined ? {} : { sessionPolicy: JSON.stringify(policy) }),
    },
    {
      requestId: 'explain',
      endpoint: caller ? 'cognito' : 'native',
      clientIp: '127.0.0.1',
      userAgent: undefined,
      signal: NO_DEADLINE,
      recordSignal: NO_DEADLINE,
    },
    {
      ...NO_EFFECTS,
      ...(caller && { identityPools: { ...NO_EFFECTS.identityPools, ...caller.identityPools } }),
      tenants: createMemoryTenants(documents.map(({ tenant }) => tenant)),
      // Its tokens come without their proofs, so no signature of one is checked.
      proofVerifier: { verify: () => false },
      verifier: createJwtVerifier({ keyCache }),
      samlVerifier: createSamlVerifier({ keyCache, now }),
      opaqueVerifier: createOpaqueVerifier({
        rule,
        secrets,
        // An issuer is asked now, also where the decision is as at another time.
        now: Date.now,
        ageClock: () => performance.now(),
        newId: NO_EFFECTS.newId,
      }),
      now,
    },
  )
}

function readClock(iso: string | undefined): () => number {
  if (iso === undefined) return Date.now
  const at = /^\d{4}-\d{2}-\d{2}(T|$)/.test(iso) ? Date.parse(iso) : Number.NaN
  if (Number.isNaN(at))
    throw new UsageError(`--now: expected a time such as 2026-01-31T12:00:00Z, found ${quote(iso)}`)
  return () => at
}

/** As in `BROKER_PRIVATE_ISSUER_HOSTS` of the broker. */
function readHostList(list = ''): ReadonlySet<string> {
  return new Set(list.split(',').map((host) => host.trim().toLowerCase()))
}

async function readActor(
  option: CommandCall<TokenOption>['option'],
): Promise<Pick<RequestFields, 'actorToken' | 'actorTokenType' | 'actorIssuer'>> {
  const file = option('actor-token')
  const issuer = option('actor-issuer')
  const isSaml = option('actor-token-type') === 'saml2'
  if (file === undefined && (isSaml || issuer !== undefined))
    throw new UsageError('expected --actor-token FILE with the other options of the actor')
  if (file === undefined) return {}
  return {
    actorToken: withoutSpace(await readInputFile(file), isSaml),
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
  if (file !== undefined && file !== '-') return readInputFile(file)
  if (stdin.isTTY) stderr.write('Paste the token, then press Enter and Ctrl-D:\n')
  return text(stdin)
}
