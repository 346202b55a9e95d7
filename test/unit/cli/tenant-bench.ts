/** A real tenants table, an STS that names the operator, and `token-broker tenant` run on them. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { vi } from 'vitest'
import { closeAfterTests, makeTemporaryFolder, startServer } from '../../fixtures/index.ts'
import {
  CREDENTIALS,
  REGION,
  startTenantsTable,
  type TenantsTable,
} from '../../fixtures/tenants-table.ts'
import { type Run, runCli, runHere } from './run-cli.ts'

export const OPERATOR = 'arn:aws:sts::111122223333:assumed-role/operators/alice'

export interface TenantBench {
  readonly table: TenantsTable
  readonly folder: string
  readonly environment: NodeJS.ProcessEnv
  /** In this process, because a process takes longer to start than the table to respond. */
  tenant(...args: string[]): Promise<Run>
  tenantProcess(...args: string[]): Promise<Run>
  /** @returns the path of the file */
  write(name: string, text: string): string
}

/** For one test file. */
export async function startTenantBench(): Promise<TenantBench> {
  const table = await closeAfterTests(startTenantsTable())
  const folder = makeTemporaryFolder()
  const startingSts = startServer((_, response) => {
    response.setHeader('content-type', 'text/xml')
    response.end(
      `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
        <GetCallerIdentityResult><Arn>${OPERATOR}</Arn></GetCallerIdentityResult>
      </GetCallerIdentityResponse>`,
    )
  })
  const sts = await closeAfterTests(startingSts)
  const environment = {
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_REGION: REGION,
    AWS_ENDPOINT_URL_STS: sts.url,
    AWS_MAX_ATTEMPTS: '1',
    BROKER_TENANTS_TABLE: table.name,
    NO_COLOR: '1',
  }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  const withTable = (args: string[]) => ['tenant', ...args, '--endpoint', table.url]
  return {
    table,
    folder,
    environment,
    tenant: (...args) => runHere(withTable(args), environment),
    tenantProcess: (...args) => runCli(withTable(args)),
    write: (name, text) => {
      const file = path.join(folder, name)
      writeFileSync(file, text)
      return file
    },
  }
}
