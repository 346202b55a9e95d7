/**
 * A process with what the rows of endpoints need besides the stub of STS: KMS with real keys, a
 * table for key pairs, and a server for each kind of opaque token.
 */
import { newKeyPairItem, rootKeyOf, sealWithSecret } from '@token-broker/functions/key-pairs'
import { startKmsServer } from '../../fixtures/kms-server.ts'
import { OPAQUE_KINDS, PROVIDER_SECRET } from '../../fixtures/opaque-kinds.ts'
import { startTenantsTable } from '../../fixtures/tenants-table.ts'
import { openOperatorTable, writeTenant } from '../../fixtures/write-tenants.ts'
import { acmeDocument } from '../workloads/endpoint-documents.ts'
import { BACKEND_KEY, POOL_ID, POOL_SECRET } from '../workloads/pool-settings.ts'

/** What the process sends to its parent when it is ready. */
export interface EndpointStubs {
  /** Variables by which the broker signs with KMS, in place of its own key. */
  readonly kms: Readonly<Record<string, string>>
  /** Variables by which it uses the table for identities. */
  readonly table: Readonly<Record<string, string>>
  /** Variables by which it reads its tenants from the table; one of them is `acme`. */
  readonly tenants: Readonly<Record<string, string>>
  readonly kinds: readonly OpaqueTokens[]
}

export interface OpaqueTokens {
  readonly kind: string
  /** The issuer in a tenant document. */
  readonly document: object
  readonly secret: string
  /** Different ones, more than the broker asks for in one run. */
  readonly tokens: readonly string[]
}

/** Of the stub of the identity provider. */
const { STUB_ORIGIN = '' } = process.env
/** More than the requests of one run, so that nothing that is remembered is asked for again. */
const TOKENS = 2_500

void serve()
process.once('disconnect', () => process.exit())

async function serve(): Promise<void> {
  const [kms, table] = await Promise.all([startKmsServer(), startTenantsTable()])
  const key = kms.createKey('RSA_2048')
  const context = { pool: POOL_ID, key: BACKEND_KEY.accessKeyId }
  await table.put(
    newKeyPairItem(POOL_ID, {
      keyId: BACKEND_KEY.accessKeyId,
      sealedKey: sealWithSecret(rootKeyOf(BACKEND_KEY.secretAccessKey), POOL_SECRET, context),
      ...{ createdAt: new Date().toISOString(), createdBy: 'bench' },
      ...{ revokedAt: undefined, revokedBy: undefined },
    }),
  )
  const operator = openOperatorTable(table)
  await writeTenant(operator, JSON.stringify(acmeDocument(STUB_ORIGIN)))
  operator.close()
  const kinds = await Promise.all(
    OPAQUE_KINDS.map(async ({ kind, start }): Promise<OpaqueTokens> => {
      const { document, token } = await start()
      const tokens = Array.from({ length: TOKENS }, (_, index) => token(`user-${index % 128}`))
      return { kind, document, secret: PROVIDER_SECRET, tokens }
    }),
  )
  // The table accepts every signature, and KMS only its own.
  const atTable = { ...kms.environment, BROKER_DYNAMODB_ENDPOINT: table.url }
  process.send?.({
    kms: {
      ...kms.environment,
      BROKER_KMS_SIGNING_KEY: key,
      BROKER_KMS_ENDPOINT: kms.url,
    },
    table: { ...atTable, BROKER_IDENTITIES_TABLE: table.name },
    tenants: { ...atTable, BROKER_TENANTS_TABLE: table.name },
    kinds,
  } satisfies EndpointStubs)
}
