/** A broker for the users of a SAML identity provider, with the local STS behind it. */
import { text } from 'node:stream/consumers'
import { AssumeRoleWithSAMLCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { compileTenants } from '@token-broker/core/document'
import { decodeJwt } from 'jose'
import { rolesForTenants } from '../../packages/local/src/local-sts/roles.ts'
import { startLocalSts } from '../../packages/local/src/local-sts/server.ts'
import { nodeListener } from '../../packages/local/src/node-http.ts'
import { closeAfterTests, startServer, startTestBroker } from '../fixtures/index.ts'
import type { RunningSamlProvider } from './providers/start-provider.ts'
import { PROVIDER_ARN, samlDocument } from './saml-tenant.ts'

const REGION = 'eu-west-1'
const VIRTUAL_ROLE = 'arn:aws:iam::000000000000:role/broker/saml'

/** It is closed after the tests. */
export async function startSamlBroker(provider: RunningSamlProvider) {
  const documents = [samlDocument(provider)]
  let passedMs = 0
  let serve: ReturnType<typeof nodeListener> = (_, response) => response.writeHead(503).end()
  const { url } = await closeAfterTests(startServer((...exchange) => serve(...exchange)))
  const sts = await startRecordedSts(documents, url)
  const broker = await startTestBroker({
    documents,
    environment: { BROKER_ISSUER: url, BROKER_STS_ENDPOINT: sts.url, AWS_REGION: REGION },
    now: () => Date.now() + passedMs,
  })
  serve = nodeListener(broker.app)
  const client = new STSClient({
    ...{ region: REGION, endpoint: `${url}/sts`, maxAttempts: 1 },
    credentials: { accessKeyId: 'unused', secretAccessKey: 'unused' },
  })
  await closeAfterTests({ close: async () => client.destroy() })
  const input = (response: string, grant = 'support') => ({
    RoleArn: `${VIRTUAL_ROLE}/${grant}`,
    PrincipalArn: PROVIDER_ARN,
    SAMLAssertion: response,
  })
  const assume = (response: string, grant?: string) =>
    client.send(new AssumeRoleWithSAMLCommand(input(response, grant)))
  return {
    ...{ url, input, assume, audit: broker.audit, auditText: broker.auditText },
    /** Whose session it is, as the endpoint that issued it says. */
    identify: async ({ Credentials }: Awaited<ReturnType<typeof assume>>) => {
      const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {}
      const keys = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey }
      const credentials = { ...keys, sessionToken: SessionToken }
      const session = new STSClient({ region: REGION, endpoint: `${url}/sts`, credentials })
      const { Arn } = await session.send(new GetCallerIdentityCommand({}))
      session.destroy()
      return Arn
    },
    /** @returns the name of AWS's error and the audit record */
    refusalOf: async (response: string, grant?: string) => {
      const error = await assume(response, grant).catch((thrown: unknown) => thrown)
      return {
        name: error instanceof Error ? error.name : 'nothing',
        record: broker.audit.at(-1),
      }
    },
    /** The claims of the last token that STS got. */
    mintedClaims: () => decodeJwt(sts.tokens.at(-1) ?? ''),
    pass: (milliseconds: number) => {
      passedMs += milliseconds
    },
  }
}

/** The local STS, and a server before it that remembers the tokens. */
async function startRecordedSts(documents: readonly string[], brokerUrl: string) {
  const files = documents.map((document, index) => ({ file: `${index}.yaml`, text: document }))
  const { tenants } = compileTenants(files)
  const roles = rolesForTenants(tenants, brokerUrl)
  const local = await closeAfterTests(startLocalSts({ port: 0, roles }))
  const tokens: string[] = []
  const { url } = await closeAfterTests(
    startServer(async (request, response) => {
      const body = await text(request)
      tokens.push(new URLSearchParams(body).get('WebIdentityToken') ?? '')
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const forwarded = await fetch(local.url, { method: 'POST', headers, body })
      response.writeHead(forwarded.status, { 'content-type': 'text/xml' })
      response.end(await forwarded.text())
    }),
  )
  return { url, tokens }
}
