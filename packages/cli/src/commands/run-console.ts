/** `token-broker console`: the page of the operator console, on loopback. */
import { EXIT, quote, UsageError } from '../cli-error.ts'
import type { CommandCall } from '../command-line/declaration.ts'
import { readPort } from '../command-line/port-option.ts'
import type { ConsoleSources } from '../console/console-context.ts'
import { startConsole } from '../console/console-server.ts'
import { openInBrowser } from '../console/open-in-browser.ts'
import { isDirectory } from '../documents/is-directory.ts'
import { readEndpoint } from '../session/broker-endpoint.ts'
import { printError } from '../terminal.ts'

type TenantsOption = 'tenants' | 'table' | 'table-endpoint' | 'boundaries'
type IssuerOption = 'allow-loopback-http' | 'private-issuer-hosts'
type SourceOption = TenantsOption | IssuerOption | 'records' | 'log-group' | 'endpoint'

/** Runs until SIGINT or SIGTERM. @returns the exit code: 0 */
export async function runConsole(
  call: CommandCall<SourceOption | 'port' | 'open'>,
): Promise<number> {
  const { terminal } = call
  const port = readPort(call.option('port'))
  const context = { sources: readSources(call), terminal, now: Date.now }
  const ended = new Promise<void>((resolve) => {
    // The local runtime starts it with a channel, which closes with the runtime.
    for (const event of ['SIGINT', 'SIGTERM', 'disconnect']) process.once(event, () => resolve())
  })
  const running = await startConsole(context, port)
  const opened = call.isSet('open') ? await openInBrowser(running.url) : undefined
  terminal.print(`${running.url}\n`)
  printError(terminal, 'Open this URL. It contains the access key: give it to nobody.\n')
  await ended
  await opened?.close()
  await running.close()
  return EXIT.done
}

/** @throws {UsageError} */
function readSources(call: CommandCall<SourceOption>): ConsoleSources {
  const { option, terminal } = call
  const tenantsDir = option('tenants')
  const table = option('table') ?? (terminal.env.BROKER_TENANTS_TABLE || undefined)
  const records = call.optionValues('records')
  const logGroup = option('log-group')
  if (tenantsDir !== undefined && !isDirectory(tenantsDir))
    throw new UsageError(`--tenants: expected a directory, found ${quote(tenantsDir)}`)
  if (tenantsDir === undefined && table === undefined && records.length === 0 && !logGroup)
    throw new UsageError(
      'console: expected at least one source, found none; write --tenants DIR, --table NAME, ' +
        '--records FILE or --log-group NAME',
    )
  if (records.length > 0 && logGroup !== undefined)
    throw new UsageError('--log-group: expected no --records beside it; read one of them')
  const optional = {
    ...{ tenantsDir, table, logGroup, tableEndpoint: option('table-endpoint') },
    boundaries: option('boundaries'),
    privateIssuerHosts: option('private-issuer-hosts'),
    allowLoopbackHttp: call.isSet('allow-loopback-http') || undefined,
    endpoint: option('endpoint') === undefined ? undefined : readEndpoint(option('endpoint')),
  }
  const given = Object.fromEntries(
    Object.entries(optional).filter(([, value]) => value !== undefined),
  )
  return { ...given, records }
}
