/** The local runtime as a process, with a faulty link between it and each of its parts. */
import { startBrokerProcess } from '../fixtures/broker-process.ts'
import { startIssuer } from '../fixtures/issuer-server.ts'
import { startKmsServer } from '../fixtures/kms-server.ts'
import { REGION, startTenantsTable } from '../fixtures/tenants-table.ts'
import { openOperatorTable, writeTenant } from '../fixtures/write-tenants.ts'
import { type FaultyLink, startFaultyLink } from './faulty-link.ts'
import { startStsForLoad } from './sts-for-load.ts'

export type Links = Readonly<Record<'idp' | 'sts' | 'kms' | 'table', FaultyLink>>

/** Starts everything. Use it with `await using`. */
export async function startFaultyEnvironment() {
  const [issuer, sts, kms, table] = await Promise.all([
    startIssuer(),
    startStsForLoad(),
    startKmsServer(),
    startTenantsTable(),
  ])
  const links: Links = {
    idp: await startFaultyLink(issuer.url),
    sts: await startFaultyLink(sts.url),
    kms: await startFaultyLink(kms.url),
    table: await startFaultyLink(table.url),
  }
  const operator = openOperatorTable(table)
  await writeTenant(operator, outageDocument('acme', issuer.url, `${links.idp.url}/jwks`))
  operator.close()
  const broker = await startBrokerProcess({
    documents: [outageDocument('other', 'https://id.other.example')],
    stsEndpoint: links.sts.url,
    environment: {
      ...kms.environment,
      AWS_REGION: REGION,
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
    async [Symbol.asyncDispose]() {
      await broker.close()
      await Promise.all(Object.values(links).map((link) => link.close()))
      await Promise.all([issuer.close(), sts.close(), kms.close(), table.close()])
    },
  }
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
