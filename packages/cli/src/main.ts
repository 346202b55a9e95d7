/** `token-broker`: the process that runs one command line and ends with its exit code. */
import { fstatSync, writeSync } from 'node:fs'
import { readProxySettings } from '@token-broker/core/proxy-settings'
import { EXIT, UsageError } from './cli-error.ts'
import { runCommandLine } from './run-command-line.ts'
import { escapeInvisible, printMessage, type Terminal } from './terminal.ts'

const STDOUT = 1

/** Node takes up to 10 ms to open a stream, so each is opened when it is used. */
const terminal: Terminal = {
  env: process.env,
  get stdin() {
    return process.stdin
  },
  get stdout() {
    return process.stdout
  },
  get stderr() {
    // A closed standard error must not end `exec` while its command still runs.
    if (process.stderr.listenerCount('error') === 0) process.stderr.on('error', () => undefined)
    return process.stderr
  },
  print,
}

/** Without `node:tty`, which takes longer to load. A standard output that is closed is none. */
function isTerminal(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice()
  } catch {
    return false
  }
}

/**
 * Without `process.stdout`, for the same reason. Files and pipes get the text unchanged: a document
 * that is read from the table stays the same.
 */
function print(text: string): void {
  const bytes = Buffer.from(isTerminal(STDOUT) ? escapeInvisible(text) : text)
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(STDOUT, bytes, written)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      // Nothing reads the output any more, as with `| head`.
      if (code === 'EPIPE') return
      // Another process made the pipe non-blocking, and it is full.
      if (code !== 'EAGAIN') throw error
      process.stdout.write(bytes.subarray(written))
      return
    }
  }
}

/** Node's `fetch` uses a proxy only if it is asked to; before Node 24.14, only by a variable. */
function useProxy(): void {
  const proxy = readProxySettings(process.env)
  if (proxy === undefined || process.env.NODE_USE_ENV_PROXY === '1') return
  const { setGlobalProxyFromEnv }: Partial<typeof import('node:http')> =
    process.getBuiltinModule('node:http')
  if (setGlobalProxyFromEnv) {
    try {
      setGlobalProxyFromEnv(proxy)
    } catch {
      // Node's message quotes the setting, which may contain a password.
      throw new UsageError(
        'HTTPS_PROXY or HTTP_PROXY is not a URL; write it with its scheme, such as ' +
          'http://proxy.example:3128',
      )
    }
  } else
    printMessage(
      terminal,
      'HTTPS_PROXY is set, but this version of Node.js uses it only with NODE_USE_ENV_PROXY=1',
    )
}

const argv = process.argv.slice(2)
try {
  // The doctor says itself what is wrong with a proxy.
  if (argv[0] !== 'doctor') useProxy()
  process.exitCode = await runCommandLine(argv, terminal)
  // A refresh in progress would delay the exit by up to a minute, and nothing needs its result.
  if (argv[0] === 'exec' || argv[0] === 'serve') process.exit()
} catch (error) {
  const stack = error instanceof Error ? error.stack : undefined
  const internal = `internal error, please report it: ${stack ?? 'unknown'}`
  printMessage(terminal, error instanceof UsageError ? error.message : internal)
  process.exitCode = EXIT.invalid
}
