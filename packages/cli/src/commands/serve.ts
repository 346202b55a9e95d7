/** `token-broker serve`: a container credentials endpoint for the programs of this machine. */
import { EXIT } from '../cli-error.ts'
import type { CommandCall } from '../command-line/declaration.ts'
import { readPort } from '../command-line/port-option.ts'
import { createProvider } from '../session/credential-provider.ts'
import { startEndpoint } from '../session/credentials-endpoint.ts'
import { startRefresher } from '../session/refresher.ts'
import { readSessionOptions, type SessionOption } from '../session/session-options.ts'
import { printMessage } from '../terminal.ts'

/** Runs until SIGINT or SIGTERM. @returns the exit code: 0 */
export async function serveCredentials(call: CommandCall<SessionOption | 'port'>): Promise<number> {
  const { terminal } = call
  const port = readPort(call.option('port'))
  const options = await readSessionOptions(call)
  const warn = (message: string) => printMessage(terminal, message)
  if (options.token.kind === 'stdin')
    warn('standard input is read once: credentials are refreshed only until that token expires')
  const ended = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
  const starting = startRefresher(createProvider(options, terminal), warn)
  const refresher = await Promise.race([starting, ended])
  if (!refresher) {
    starting.then(({ stop }) => stop()).catch(() => undefined)
    return EXIT.done
  }
  try {
    const endpoint = await startEndpoint(refresher, port)
    const lines = Object.entries(endpoint.variables).map(
      ([name, value]) => `export ${name}=${value}\n`,
    )
    terminal.print(lines.join(''))
    await ended
    await endpoint.close()
  } finally {
    refresher.stop()
  }
  return EXIT.done
}
