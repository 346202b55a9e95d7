/** `token-broker exec`: runs a command, and an endpoint from which its AWS SDK gets credentials. */
import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { redactTokens, UsageError } from '../cli-error.ts'
import type { CommandCall } from '../command-line/declaration.ts'
import { createProvider } from '../session/credential-provider.ts'
import { startEndpoint } from '../session/credentials-endpoint.ts'
import { startRefresher } from '../session/refresher.ts'
import { readSessionOptions, type SessionOption } from '../session/session-options.ts'
import { type Environment, printMessage, type Terminal } from '../terminal.ts'

/** Variables that SDKs prefer to the container endpoint, or read in addition to it. */
const REMOVED_VARIABLES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_ROLE_ARN',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
]

const FORWARDED_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const

/** What shells return; see POSIX, "Exit Status for Commands". */
const EXIT_NOT_FOUND = 127
const EXIT_NOT_RUNNABLE = 126
const EXIT_SIGNAL = 128

/** @returns the exit code of the command, or 128 plus the number of the signal that ended it */
export async function execCommand(call: CommandCall<SessionOption>): Promise<number> {
  const { terminal, command = [], operands } = call
  const [program, ...args] = command
  if (program === undefined || operands.length > 0)
    throw new UsageError(
      'exec: expected a command after two dashes: token-broker exec [options] -- COMMAND ARGS...',
    )
  const options = await readSessionOptions(call)
  const warn = (message: string) => printMessage(terminal, message)
  const refresher = await startRefresher(createProvider(options, terminal), warn)
  try {
    const endpoint = await startEndpoint(refresher, 0)
    const env = { ...without(terminal.env, REMOVED_VARIABLES), ...endpoint.variables }
    const code = await run(program, args, env, terminal)
    await endpoint.close()
    return code
  } finally {
    refresher.stop()
  }
}

function run(
  program: string,
  args: readonly string[],
  env: Environment,
  terminal: Terminal,
): Promise<number> {
  return new Promise((resolve) => {
    const cannotRun = ({ code }: NodeJS.ErrnoException): number => {
      printMessage(terminal, `${redactTokens(program)} cannot be run (${code ?? 'unknown'})`)
      return code === 'ENOENT' ? EXIT_NOT_FOUND : EXIT_NOT_RUNNABLE
    }
    const child = start(program, args, env)
    if (child instanceof Error) return resolve(cannotRun(child))
    const listeners = FORWARDED_SIGNALS.map((signal) => {
      // A terminal sends these to its whole process group, so the command gets them anyway.
      const isSentByTerminal = signal === 'SIGINT' || signal === 'SIGQUIT'
      const isDoubled = isSentByTerminal && isAtTerminal(terminal)
      const listener = () => void (isDoubled || child.kill(signal))
      process.on(signal, listener)
      return { signal, listener }
    })
    const finish = (code: number) => {
      for (const { signal, listener } of listeners) process.off(signal, listener)
      resolve(code)
    }
    child.once('error', (error) => finish(cannotRun(error)))
    child.once('exit', (code, signal) =>
      finish(code ?? EXIT_SIGNAL + (signal === null ? 0 : constants.signals[signal])),
    )
  })
}

/** Some errors, such as ENOTDIR, are thrown; the others are events. */
function start(program: string, args: readonly string[], env: Environment): ChildProcess | Error {
  try {
    return spawn(program, args, { env, stdio: 'inherit' })
  } catch (error) {
    return error instanceof Error ? error : new Error('unknown')
  }
}

/** One stream is enough: with a piped standard input, the process group is still the terminal's. */
function isAtTerminal({ stdin, stdout, stderr }: Terminal): boolean {
  return [stdin, stdout, stderr].some((stream) => 'isTTY' in stream && stream.isTTY === true)
}

function without(env: Environment, names: readonly string[]): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)))
}
