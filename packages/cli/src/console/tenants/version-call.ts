/** The call that shows an older version of a table. */
import type { ResultOf } from '@token-broker/console/wire'
import { readStoredVersion } from '../../tenant/read-stored.ts'
import { readMembers, requiredCount, requiredText } from '../call-input.ts'
import type { ConsoleCall } from '../console-context.ts'
import { withConsoleTable } from '../console-table.ts'

export const openVersion: ConsoleCall<ResultOf<'tenants/version'>> = async (input, context) => {
  const members = readMembers(input, ['name', 'version'])
  const [name, version] = [requiredText(members, 'name'), requiredCount(members, 'version')]
  const { source } = await withConsoleTable(context, (table) =>
    readStoredVersion(table, name, version),
  )
  return { text: source ?? '' }
}
