/** Runs the command that prints the subject token. */
import { spawn } from 'node:child_process'
import type { Environment } from '../terminal.ts'
import { noToken } from './session-error.ts'

/** Limit of a command's output: a SAML response of 100,000, in lines. Other tokens are shorter. */
const MAX_OUTPUT_CHARACTERS = 110_000

const TIMEOUT_MS = 60_000

interface TokenCommand {
  readonly argv: readonly string[]
  /** The option or the field of a profile that has it. */
  readonly setting: string
}

/** @throws {SessionError} `no_token`: it fails, prints too much, or takes more than 60 s */
export function runTokenCommand(
  { argv: [program = '', ...args], setting }: TokenCommand,
  env: Environment,
): Promise<string> {
  return new Promise((resolve, reject) => {
    // Standard error is inherited, because a login may print an address to open. Standard input
    // belongs to the command of `exec`.
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
    const kill = () => void child.kill('SIGKILL')
    process.once('exit', kill)
    const fail = (why: string) => {
      clearTimeout(timer)
      kill()
      child.stdout.destroy()
      reject(noToken(`${program} ${why}; run it yourself, or correct ${setting}`))
    }
    const timer = setTimeout(() => fail(`took more than ${TIMEOUT_MS / 1000} s`), TIMEOUT_MS)
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
      if (output.length > MAX_OUTPUT_CHARACTERS) fail('printed more than a token')
    })
    child.on('error', (error: NodeJS.ErrnoException) =>
      fail(`cannot be run (${error.code ?? 'unknown'})`),
    )
    child.on('close', (code, signal) => {
      process.off('exit', kill)
      if (code !== 0) return fail(`ended with ${signal ?? `exit code ${code}`}`)
      clearTimeout(timer)
      resolve(output)
    })
  })
}
