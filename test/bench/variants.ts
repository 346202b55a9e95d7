/** What is measured: each handler with its environment and its tenants. */
import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { compileTenants, formatError, tenantsFile } from '@token-broker/core/compile'
import { bundleFunction } from '../../packages/functions/bundle.ts'
import type { Stub } from './stub-server.ts'

export interface Variant {
  readonly name: string
  readonly bundle: string
  readonly environment: Readonly<Record<string, string>>
  readonly grant?: string
}

/** The first is the one that all others are compared with. @param directory receives bundles and tenant files */
export async function prepareVariants(directory: string, stub: Stub): Promise<readonly Variant[]> {
  const handler = async (name: string) => {
    const bundle = path.join(directory, name, 'index.mjs')
    await bundleFunction(path.join(import.meta.dirname, `${name}.ts`), bundle, { asItComes: true })
    return bundle
  }
  const common = { AWS_REGION: 'eu-west-1', AWS_LAMBDA_FUNCTION_NAME: 'bench', NODE_ENV: 'production' }
  const byHand = { ...common, ISSUER: stub.origin, JWKS_URI: `${stub.origin}/jwks`, STS_ENDPOINT: stub.origin }
  const bundle = path.resolve(import.meta.dirname, '../../dist/broker/index.mjs')
  const signingKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  })
  const broker = (name: string, documents: readonly object[]) => ({
    ...common,
    BROKER_LOCAL: '1',
    BROKER_ISSUER: 'https://broker.example',
    BROKER_STS_ENDPOINT: stub.origin,
    BROKER_SIGNING_KEY: signingKey.toString(),
    BROKER_TENANTS_FILE: writeTenants(path.join(directory, `${name}.jsonl`), documents),
  })
  const acme = tenantOf('acme', stub.origin, 1)
  const others = Array.from({ length: 999 }, (_, index) =>
    tenantOf(`tenant-${index}`, `https://id-${index}.example`, 1),
  )
  const two = broker('two', [acme, tenantOf('beta', 'https://id.beta.example', 1)])
  return [
    { name: 'hand-written', bundle: await handler('hand-written-handler'), environment: byHand },
    { name: 'bare', bundle: await handler('bare-handler'), environment: byHand },
    { name: '2 tenants', bundle, environment: two, grant: 'reports' },
    { name: '2, minted', bundle, environment: two, grant: 'minted' },
    { name: '1,000 tenants', bundle, environment: broker('thousand', [...others, acme]), grant: 'reports' },
    { name: '100 rules', bundle, environment: broker('rules', [tenantOf('acme', stub.origin, 100)]), grant: 'reports' },
  ]
}

function writeTenants(file: string, documents: readonly object[]): string {
  const files = documents.map((document, index) => ({ file: `${index}.json`, text: JSON.stringify(document) }))
  const { tenants, errors } = compileTenants(files)
  if (errors.length > 0) throw new Error(errors.map(formatError).join('\n'))
  writeFileSync(file, tenantsFile(tenants))
  return file
}

/** @param rules how many are tried; only the last holds, and it is tried for each grant */
function tenantOf(tenant: string, issuer: string, rules: number): object {
  const misses = Array.from({ length: rules - 1 }, (_, index) => ({
    name: `group ${index} reads reports`,
    when: `"group-${index}" in claims.groups && claims.email_verified`,
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
