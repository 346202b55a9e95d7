/** The local runtime as a process, with a faulty link between it and each of its parts. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { startAssertionIssuer } from '../fixtures/assertion-issuer.ts'
import { startBrokerProcess } from '../fixtures/broker-process.ts'
import { startIntrospection } from '../fixtures/introspection-server.ts'
import { startIssuer } from '../fixtures/issuer-server.ts'
import { startKmsServer } from '../fixtures/kms-server.ts'
import { startSecretsManager } from '../fixtures/secret-services.ts'
import { addSessionsTable, SESSIONS_TABLE } from '../fixtures/sessions-table.ts'
import { CREDENTIALS, REGION, startTenantsTable } from '../fixtures/tenants-table.ts'
import { openOperatorTable, writeTenant } from '../fixtures/write-tenants.ts'
import { type FaultyLink, startFaultyLink } from './faulty-link.ts'
import { startStsForLoad } from './sts-for-load.ts'

type LinkName = 'idp' | 'metadata' | 'introspection' | 'secrets' | 'sts' | 'kms' | 'table'
export type Links = Readonly<Record<LinkName, FaultyLink>>

const SECRET = 'secret-of-the-client'
const SECRETS_PREFIX = 'token-broker/faults/'

/** Starts everything. Use it with `await using`. */
export async function startFaultyEnvironment() {
  const [issuer, saml, opaque, sts, kms, table] = await Promise.all([
    startIssuer(),
    startAssertionIssuer(),
    startIntrospection(SECRET),
    startStsForLoad(),
    startKmsServer(),
    startTenantsTable(),
  ])
  const secrets = await startSecretsManager(SECRETS_PREFIX, { ...kms.credentials, region: REGION })
  secrets.secrets.set(`${SECRETS_PREFIX}opaque/idp-client`, SECRET)
  const client = new DynamoDBClient({
    endpoint: table.url,
    region: REGION,
    credentials: CREDENTIALS,
  })
  await addSessionsTable(client)
  client.destroy()
  const links: Links = {
    idp: await startFaultyLink(issuer.url),
    metadata: await startFaultyLink(new URL(saml.url).origin),
    introspection: await startFaultyLink(opaque.url),
    secrets: await startFaultyLink(secrets.url),
    sts: await startFaultyLink(sts.url),
    kms: await startFaultyLink(kms.url),
    table: await startFaultyLink(table.url),
  }
  const opaqueTokens = new Map<string, string>()
  const operator = openOperatorTable(table)
  await writeTenant(operator, outageDocument('acme', issuer.url, `${links.idp.url}/jwks`))
  operator.close()
  const broker = await startBrokerProcess({
    documents: [
      outageDocument('other', 'https://id.other.example'),
      opaqueDocument('opaque', opaque.url, links.introspection.url),
      samlDocument('saml', saml.url, links.metadata.url),
    ],
    stsEndpoint: links.sts.url,
    environment: {
      ...kms.environment,
      AWS_REGION: REGION,
      BROKER_SECRETS_FROM: 'secrets-manager',
      BROKER_SECRETS_PREFIX: SECRETS_PREFIX,
      BROKER_SECRETS_ENDPOINT: links.secrets.url,
      BROKER_SESSIONS_TABLE: SESSIONS_TABLE,
      BROKER_TENANTS_TABLE: table.name,
      BROKER_DYNAMODB_ENDPOINT: links.table.url,
      BROKER_KMS_SIGNING_KEY: kms.createKey('RSA_2048'),
      BROKER_KMS_ENDPOINT: links.kms.url,
    },
  })
  return {
    links,
    broker,
    foreign: sts.foreign,
    tokenOf: (user: string) => {
      const now = Math.floor(Date.now() / 1000)
      return issuer.sign({ iss: issuer.url, sub: user, aud: 'app', iat: now, exp: now + 600 })
    },
    /** The same one for a user each time. */
    opaqueTokenOf: async (user: string) => {
      const token = opaqueTokens.get(user) ?? opaque.token({ sub: user })
      opaqueTokens.set(user, token)
      return token
    },
    responseOf: async (user: string) => saml.response({ nameId: user, audience: 'saml-app' }),
    async [Symbol.asyncDispose]() {
      await broker.close()
      await Promise.all(Object.values(links).map((link) => link.close()))
      const parts = [issuer, saml, opaque, secrets, sts, kms, table]
      await Promise.all(parts.map((part) => part.close()))
    },
  }
}

function opaqueDocument(tenant: string, issuer: string, url: string): string {
  const client = 'clientId: acme-broker, clientSecret: idp-client'
  const verify = `{ kind: introspection, url: '${url}/introspect', ${client} }`
  const issuers = `issuers: [{ issuer: '${issuer}', audiences: [acme-app], verify: ${verify} }]`
  // The STS of the test accepts only sessions for this bucket.
  return outageDocument(tenant, issuer)
    .replace(/^issuers: .*$/m, issuers)
    .replace(`arn:aws:s3:::${tenant}/`, 'arn:aws:s3:::acme/')
}

function samlDocument(tenant: string, issuer: string, url: string): string {
  const recipients = "recipients: ['https://broker.example/v1/saml/acs']"
  const verify = `{ kind: saml, metadataUrl: '${url}/metadata', ${recipients} }`
  const issuers = `issuers: [{ issuer: '${issuer}', audiences: [saml-app], verify: ${verify} }]`
  return outageDocument(tenant, issuer)
    .replace(/^issuers: .*$/m, issuers)
    .replace(`arn:aws:s3:::${tenant}/`, 'arn:aws:s3:::acme/')
}

const outageDocument = (
  tenant: string,
  issuer: string,
  jwksUri = `${issuer}/jwks`,
) => `tenant: ${tenant}
issuers: [{ issuer: '${issuer}', verify: { kind: jwt, jwksUri: '${jwksUri}' }, audiences: [app] }]
attributes: { user: { from: claims.sub } }
rules: [{ name: entitled, when: '!claims.sub.startsWith("blocked")', grant: read }]
grants:
  read:
    role: arn:aws:iam::111122223333:role/app
    sessionName: '{{user}}'
    policy:
      - Effect: Allow
        Action: s3:GetObject
        Resource: 'arn:aws:s3:::${tenant}/{{user}}/*'
`
