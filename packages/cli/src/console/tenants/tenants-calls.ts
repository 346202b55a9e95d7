/** The calls that show tenants. The code that compiles documents is not loaded for them. */
import type { ResultOf } from '@token-broker/console/wire'
import TENANT_SCHEMA from '@token-broker/core/tenant-schema' with { type: 'json' }
import { readMembers, requiredCount, requiredSource, requiredText } from '../call-input.ts'
import type { ConsoleCall } from '../console-context.ts'
import { openConsoleStore } from './open-store.ts'

export const listTenantRows: ConsoleCall<ResultOf<'tenants/list'>> = async (input, context) => {
  const members = readMembers(input, ['source', 'search', 'after'])
  const store = await openConsoleStore(requiredSource(members), context)
  return store.list(requiredText(members, 'search'), requiredCount(members, 'after'))
}

export const openTenant: ConsoleCall<ResultOf<'tenants/open'>> = async (input, context) => {
  const members = readMembers(input, ['source', 'name'])
  const store = await openConsoleStore(requiredSource(members), context)
  return store.open(requiredText(members, 'name'))
}

export const sendSchema: ConsoleCall<ResultOf<'tenants/schema'>> = async () => TENANT_SCHEMA
