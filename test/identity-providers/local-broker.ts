/** The local runtime, with its STS, for the tenants of an identity provider. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { startRuntime } from '../../packages/local/src/runtime.ts'
import { closeAfterTests, makeTemporaryFolder } from '../fixtures/index.ts'
import { CLIENTS } from './providers/identity-provider.ts'

interface Session {
  /** `issued`, or the code of the refusal. */
  readonly outcome: string
  readonly grant: string | undefined
  /** What the session policy allows reading. */
  readonly resource: string | undefined
  readonly accessKeyId: string | undefined
}

export interface SessionRequest {
  readonly tenant: string
  readonly issuer?: string
  readonly grant?: string
}

/** It is closed after the tests. @returns the URL of its broker */
export async function startProviderRuntime(documents: readonly string[]): Promise<string> {
  const tenantsDir = makeTemporaryFolder()
  for (const [index, text] of documents.entries())
    writeFileSync(path.join(tenantsDir, `${index}.yaml`), text)
  const { brokerUrl } = await closeAfterTests(
    startRuntime({
      ...{ brokerPort: 0, idpPort: 0, stsPort: 0, noIdp: true, tenantsDir },
      settings: { BROKER_SECRET_IDP_CLIENT: CLIENTS.broker },
    }),
  )
  return brokerUrl
}

/** It is closed after the tests. @returns a function that requests a session for a token */
export async function startLocalBroker(
  documents: readonly string[],
): Promise<(token: string, request: SessionRequest) => Promise<Session>> {
  const brokerUrl = await startProviderRuntime(documents)
  const post = async (endpoint: string, body: object) => {
    const headers = { 'content-type': 'application/json' }
    const request = { method: 'POST', headers, body: JSON.stringify(body) }
    return JSON.parse(await (await fetch(`${brokerUrl}${endpoint}`, request)).text())
  }
  return async (token, request) => {
    const { code, grant, credentials } = await post('/v1/credentials', { ...request, token })
    const { plan } = await post('/v1/explain', { ...request, token })
    return {
      outcome: credentials ? 'issued' : code,
      grant,
      resource: plan?.sessionPolicy.Statement[0].Resource,
      accessKeyId: credentials?.accessKeyId,
    }
  }
}
