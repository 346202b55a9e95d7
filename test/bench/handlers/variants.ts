/** The handlers that are measured, each with its environment and tenants. */
import path from 'node:path'
import { bundleFunction } from '../../../packages/functions/bundle.ts'
import type { Stub } from '../workers/stub-server.ts'
import {
  BUNDLE as bundle,
  COMMON,
  compileMeasured,
  environmentWith,
} from '../workloads/broker-environment.ts'

export interface Variant {
  readonly name: string
  readonly bundle: string
  readonly environment: Readonly<Record<string, string>>
  readonly grant?: string
}

/**
 * The others are compared with the first one.
 * @param directory for bundles and tenant files
 * @param only variants to measure besides the hand-written and the bare handler; default: all
 */
export async function prepareVariants(
  directory: string,
  stub: Stub,
  only?: readonly string[],
): Promise<readonly Variant[]> {
  const handler = async (name: string, unoptimized: boolean) => {
    const bundle = path.join(directory, name, 'index.mjs')
    await bundleFunction(path.join(import.meta.dirname, `${name}.ts`), bundle, { unoptimized })
    return bundle
  }
  const byHand = {
    ...COMMON,
    ISSUER: stub.origin,
    JWKS_URI: `${stub.origin}/jwks`,
    STS_ENDPOINT: stub.origin,
  }
  const broker = (name: string, documents: readonly object[], others = 0) => {
    const file = path.join(directory, `${name}.jsonl`)
    compileMeasured(file, documents, others)
    return environmentWith(stub.origin, file)
  }
  const acme = tenantOf('acme', stub.origin, 1)
  const two = broker('two', [acme, tenantOf('beta', 'https://id.beta.example', 1)])
  const { reports: passing, minted } = acme.grants
  const reuse = '30m'
  const acmeReused = {
    ...acme,
    grants: { reports: { ...passing, reuse }, minted: { ...minted, reuse } },
  }
  const reused = () => broker('reused', [acmeReused])
  const withRules = (name: string, rules: number, condition?: (index: number) => string) =>
    broker(name, [tenantOf('acme', stub.origin, rules, condition)])
  const plain = (index: number) => `claims.email.startsWith("group-${index}@")`
  const reports = { bundle, grant: 'reports' }
  const makers: Readonly<
    Record<string, () => Omit<Variant, 'name'> | Promise<Omit<Variant, 'name'>>>
  > = {
    'hand-written': async () => ({
      bundle: await handler('hand-written-handler', true),
      environment: byHand,
    }),
    bare: async () => ({ bundle: await handler('bare-handler', false), environment: byHand }),
    '2 tenants': () => ({ ...reports, environment: two }),
    '2, minted': () => ({ bundle, environment: two, grant: 'minted' }),
    reused: () => ({ ...reports, environment: reused() }),
    'reused, minted': () => ({ bundle, environment: reused(), grant: 'minted' }),
    '1,000 tenants': () => ({ ...reports, environment: broker('thousand', [acme], 999) }),
    '100,000 tenants': () => ({ ...reports, environment: broker('many', [acme], 99_999) }),
    '100 rules': () => ({ ...reports, environment: withRules('rules', 100) }),
    '1,000 rules': () => ({ ...reports, environment: withRules('more-rules', 1_000) }),
    '100 plain': () => ({ ...reports, environment: withRules('few-plain-rules', 100, plain) }),
    '1,000 plain': () => ({ ...reports, environment: withRules('plain-rules', 1_000, plain) }),
  }
  const wanted = Object.entries(makers).filter(
    ([name], index) => index < 2 || (only?.includes(name) ?? true),
  )
  return Promise.all(wanted.map(async ([name, make]) => ({ name, ...(await make()) })))
}

/**
 * @param rules number of rules per grant; only the condition of the last one passes
 * @param condition of the rules that do not pass; the index of rules excludes the default ones
 */
function tenantOf(tenant: string, issuer: string, rules: number, condition = needsGroup) {
  const misses = Array.from({ length: rules - 1 }, (_, index) => ({
    name: `group ${index} reads reports`,
    when: condition(index),
    grant: 'reports',
  }))
  const grant = (webIdentity: string) => ({
    role: 'arn:aws:iam::111122223333:role/acme-app',
    webIdentity,
    sessionName: '{{user}}',
    policy: [
      {
        Sid: 'ReadReports',
        Effect: 'Allow',
        Action: ['s3:GetObject'],
        Resource: 'arn:aws:s3:::acme-data/{{team}}/{{user}}/*',
      },
    ],
  })
  const hit = (name: string) => ({ name, when: '"support" in claims.groups', grant: name })
  return {
    tenant,
    issuers: [{ issuer, verify: { kind: 'jwt', jwksUri: `${issuer}/jwks` }, audiences: ['bench'] }],
    attributes: {
      user: { from: 'claims.sub', pattern: '[a-z0-9-]{1,32}' },
      team: { from: 'claims.team', pattern: '[a-z-]{1,32}' },
    },
    rules: [...misses, hit('reports'), hit('minted')],
    grants: { reports: grant('pass-through'), minted: grant('minted') },
  }
}

function needsGroup(index: number): string {
  return `"group-${index}" in claims.groups && claims.email_verified`
}
