/** `token-broker exec`: runs a command whose AWS SDK gets its credentials from an endpoint that lives as long as it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { type Environment, type Terminal, UsageError } from './command.ts'
import { startEndpoint } from './session/endpoint.ts'
import { readSessionOptions } from './session/options.ts'
import { createProvider } from './session/provider.ts'
import { startRefresher } from './session/refresher.ts'

/** What SDKs look at before the container endpoint, or beside it. */
const WOULD_WIN = [
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

const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const
const NOT_FOUND = 127
const NOT_RUNNABLE = 126

/** @returns the command's exit code, or 128 and its signal's number */
export async function exec(args: readonly string[], terminal: Terminal): Promise<number> {
  const dashes = args.indexOf('--')
  const [program, ...rest] = dashes === -1 ? [] : args.slice(dashes + 1)
  if (program === undefined)
    throw new UsageError(
      'exec: write the command behind two dashes: exec [options] -- COMMAND ARGS…',
    )
  const options = await readSessionOptions(args.slice(0, dashes), terminal, { port: false })
  const warn = (line: string) => void terminal.stderr.write(`token-broker: ${line}\n`)
  const refresher = await startRefresher(createProvider(options, terminal), warn)
  try {
    const endpoint = await startEndpoint(refresher, options.port)
    const code = await run(
      program,
      rest,
      { ...without(terminal.env, WOULD_WIN), ...endpoint.variables },
      terminal,
    )
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
      terminal.stderr.write(`token-broker: ${program} cannot be run (${code ?? 'unknown'})\n`)
      return code === 'ENOENT' ? NOT_FOUND : NOT_RUNNABLE
    }
    const child = start(program, args, env)
    if (child instanceof Error) return resolve(cannotRun(child))
    const listeners = PASSED_ON.map((signal) => {
      // A terminal sends these to the command too, since it is in the same process group; twice would be once too often.
      const isDoubled = isAtTerminal(terminal) && (signal === 'SIGINT' || signal === 'SIGQUIT')
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
      finish(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    )
  })
}

/** Some reasons are thrown at once, such as ENOTDIR; the others come as an event. */
function start(program: string, args: readonly string[], env: Environment): ChildProcess | Error {
  try {
    return spawn(program, args, { env, stdio: 'inherit' })
  } catch (error) {
    return error instanceof Error ? error : new Error('unknown')
  }
}

/** One of the three is enough: standard input may be a pipe, and the process group is the terminal's all the same. */
function isAtTerminal({ stdin, stdout, stderr }: Terminal): boolean {
  return [stdin, stdout, stderr].some((stream) => 'isTTY' in stream && stream.isTTY === true)
}

function without(env: Environment, names: readonly string[]): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)))
}
