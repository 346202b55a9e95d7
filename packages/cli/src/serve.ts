/** `token-broker serve`: a container credentials endpoint for the programs of this machine that know its bearer. */
import type { Terminal } from './command.ts'
import { startEndpoint } from './session/endpoint.ts'
import { readSessionOptions } from './session/options.ts'
import { createProvider } from './session/provider.ts'
import { startRefresher } from './session/refresher.ts'

/** Runs until SIGINT or SIGTERM. @returns the exit code */
export async function serve(args: readonly string[], terminal: Terminal): Promise<number> {
  const { stdout, stderr } = terminal
  const options = await readSessionOptions(args, terminal, { port: true })
  const warn = (line: string) => void stderr.write(`token-broker: ${line}\n`)
  if (options.token.kind === 'stdin')
    warn('standard input is read once: refreshes work until that token expires')
  const ended = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
  const starting = startRefresher(createProvider(options, terminal), warn)
  const refresher = await Promise.race([starting, ended])
  if (!refresher) {
    starting.then(({ stop }) => stop()).catch(() => undefined)
    return 0
  }
  try {
    const endpoint = await startEndpoint(refresher, options.port)
    const lines = Object.entries(endpoint.variables).map(
      ([name, value]) => `export ${name}=${value}\n`,
    )
    stdout.write(lines.join(''))
    await ended
    await endpoint.close()
  } finally {
    refresher.stop()
  }
  return 0
}
