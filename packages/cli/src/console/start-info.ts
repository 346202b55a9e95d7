/** Which sources the console was started with. */
import type { StartInfo } from '@token-broker/console/wire'
import packageJson from '../../package.json' with { type: 'json' }
import type { ConsoleContext } from './console-context.ts'

export async function describeStart(_: unknown, context: ConsoleContext): Promise<StartInfo> {
  const { tableEndpoint: _endpoint, boundaries: _boundaries, ...others } = context.sources
  const { privateIssuerHosts: _hosts, allowLoopbackHttp: _allows, ...sources } = others
  return { version: packageJson.version, ...sources }
}
