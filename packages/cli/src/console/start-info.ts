/** Which sources the console was started with, and what its first view shows of them. */
import type { FirstData, ResultOf } from '@token-broker/console/wire'
import packageJson from '../../package.json' with { type: 'json' }
import { CliError } from '../cli-error.ts'
import { readMembers } from './call-input.ts'
import type { ConsoleCall, ConsoleContext } from './console-context.ts'
import { openConsoleStore } from './tenants/open-store.ts'

export const describeStart: ConsoleCall<ResultOf<'console/start'>> = async (input, context) => {
  const { tenants } = readMembers(input, ['tenants'])
  const { tableEndpoint: _endpoint, boundaries: _boundaries, ...others } = context.sources
  const { privateIssuerHosts: _hosts, allowLoopbackHttp: _allows, ...sources } = others
  const start = { version: packageJson.version, ...sources }
  return tenants === true ? { ...start, ...(await readFirstTenants(context)) } : start
}

/** Not of a table, which may take long to respond. */
async function readFirstTenants(context: ConsoleContext): Promise<Pick<FirstData, 'firstTenants'>> {
  if (context.sources.tenantsDir === undefined) return {}
  try {
    const store = await openConsoleStore('directory', context)
    return { firstTenants: await store.list('', 0) }
  } catch (error) {
    if (error instanceof CliError) return {}
    throw error
  }
}
