/** A deployment with two keys in KMS: the broker signs with one, the issuer publishes both. */
import { compileTenants } from '@token-broker/core/document'
import { composeIssuer } from '../../packages/functions/src/compose-issuer.ts'
import type { App, HttpResponse } from '../../packages/functions/src/http.ts'
import { rolesForTenants } from '../../packages/local/src/local-sts/roles.ts'
import { startLocalSts } from '../../packages/local/src/local-sts/server.ts'
import { nodeListener } from '../../packages/local/src/node-http.ts'
import {
  clientOf,
  closeAfterTests,
  startIssuer,
  startServer,
  startTestBroker,
  type TestBroker,
  tenantDocument,
} from '../fixtures/index.ts'
import { type KmsServer, startKmsServer } from '../fixtures/kms-server.ts'

interface TestIssuerFunction {
  send(path: string, method?: string): Promise<HttpResponse>
  readonly app: App
  readonly log: string[]
}

export interface KmsDeployment {
  readonly kms: KmsServer
  /** Its STS is the local one, which fetches keys from the issuer function. */
  readonly broker: TestBroker
  /** ARNs: the broker signs with the first, and both are published. */
  readonly signingKey: string
  readonly nextKey: string
  readonly issuerEnvironment: Readonly<Record<string, string>>
  /** Another issuer function, with nothing cached. */
  createIssuerFunction(changes?: Readonly<Record<string, string>>): TestIssuerFunction
}

export async function startKmsDeployment(): Promise<KmsDeployment> {
  const kms = await closeAfterTests(startKmsServer())
  const [signingKey, nextKey] = [kms.createKey('RSA_2048'), kms.createKey('ECC_NIST_P256')]
  let app: App | undefined
  const issuerServer = await closeAfterTests(
    startServer((request, response) => app && nodeListener(app)(request, response)),
  )
  const environment = {
    BROKER_LOCAL: '1',
    BROKER_ISSUER: issuerServer.url,
    BROKER_KMS_ENDPOINT: kms.url,
    ...kms.environment,
  }
  const issuerEnvironment = {
    ...environment,
    BROKER_KMS_PUBLISHED_KEYS: `${signingKey}, ${nextKey}`,
  }
  const createIssuerFunction: KmsDeployment['createIssuerFunction'] = (changes = {}) => {
    const log: string[] = []
    const app = composeIssuer(
      { ...issuerEnvironment, ...changes },
      { now: Date.now, newId: () => 'request-1', log: (line) => log.push(line) },
    )
    const { send } = clientOf(app)
    return { app, log, send: (path, method = 'GET') => send({ method, path }) }
  }
  app = createIssuerFunction().app
  const issuer = await closeAfterTests(startIssuer())
  const text = tenantDocument('acme', issuer.url)
  const { tenants } = compileTenants([{ file: 'acme.yaml', text }])
  const roles = rolesForTenants(tenants, issuerServer.url)
  const sts = await closeAfterTests(startLocalSts({ port: 0, roles }))
  const broker = await startTestBroker({
    issuer,
    environment: {
      ...environment,
      BROKER_STS_ENDPOINT: sts.url,
      BROKER_SIGNING_KEY: undefined,
      BROKER_KMS_SIGNING_KEY: signingKey,
    },
  })
  return { kms, broker, signingKey, nextKey, issuerEnvironment, createIssuerFunction }
}
