/** The environment of the traced request: an issuer, an STS, a tenant and two tokens. */
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { compileTenants, formatError, tenantsFile } from '@token-broker/core/document'
import { startIssuer, type TestIssuer } from '../../fixtures/issuer-server.ts'
import { startStsServer } from '../../fixtures/sts-server.ts'

export interface Upstreams {
  /** Environment variables of the broker. */
  readonly environment: Readonly<Record<string, string>>
  readonly tokens: readonly string[]
  close(): Promise<void>
}

export async function startUpstreams(): Promise<Upstreams> {
  const [issuer, sts] = await Promise.all([startIssuer({ algorithm: 'ES256' }), startStsServer()])
  const directory = mkdtempSync(path.join(tmpdir(), 'trace-request-'))
  const tenants = path.join(directory, 'tenants.jsonl')
  writeFileSync(tenants, compile(documentOf(issuer.url)))
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    environment: {
      AWS_LAMBDA_FUNCTION_NAME: 'trace',
      AWS_REGION: 'eu-west-1',
      BROKER_LOCAL: '1',
      BROKER_ISSUER: 'https://broker.example',
      BROKER_SESSION_NAME_KEY: 'a key of 32 characters for tests',
      BROKER_STS_ENDPOINT: sts.url,
      BROKER_SIGNING_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      BROKER_TENANTS_FILE: tenants,
    },
    tokens: await Promise.all(['alice', 'bob'].map((subject) => tokenOf(issuer, subject))),
    async close() {
      rmSync(directory, { recursive: true })
      await Promise.all([issuer.close(), sts.close()])
    },
  }
}

function documentOf(issuer: string): string {
  return `
tenant: acme
issuers:
  - { issuer: '${issuer}', audiences: [acme-app], algorithms: [ES256] }
attributes:
  user: { from: claims.sub }
rules:
  - { name: support reads, when: '"support" in claims.groups', grant: read }
grants:
  read:
    role: arn:aws:iam::111122223333:role/acme-app
    webIdentity: minted
    sessionName: '{{user}}'
    policy:
      - Sid: Read
        Effect: Allow
        Action: s3:GetObject
        Resource: arn:aws:s3:::acme/{{user}}/*
`
}

function compile(document: string): string {
  const { tenants, errors } = compileTenants([{ file: 'acme.yaml', text: document }])
  if (errors.length > 0) throw new Error(errors.map(formatError).join('\n'))
  return tenantsFile(tenants)
}

function tokenOf(issuer: TestIssuer, subject: string): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const claims = { iss: issuer.url, sub: subject, aud: 'acme-app', iat: now, exp: now + 600 }
  return issuer.sign({ ...claims, groups: ['support'] })
}
