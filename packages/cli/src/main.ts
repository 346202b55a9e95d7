#!/usr/bin/env node
/** `token-broker`: checks tenant documents and explains decisions, on the machine of whoever writes them. */
import { readFileSync } from 'node:fs'
import { type Terminal, UsageError } from './command.ts'
import { explain } from './explain.ts'
import { validate } from './validate.ts'

const HELP = `token-broker validate FILES… [--format json]
  Checks tenant documents (files, or directories of .yaml, .yml and .json files) and prints every error.
  Exit code: 0 valid, 1 not.

token-broker explain --tenants DIR [--token FILE] [options]
  Tells what the broker would decide on a token and why. Nothing is asked of AWS.
  --tenants DIR          tenant documents: a directory or one file
  --token FILE           the subject token; without it, standard input is read
  --tenant NAME          the tenant that the caller asks for
  --grant NAME           the grant that the caller asks for
  --now ISO              decide as at this time, for example 2026-01-31T12:00:00Z
  --allow-loopback-http  fetch keys over http from this machine
  --format json          the decision as JSON
  Exit code: 0 would issue, 3 would refuse, 1 bad documents or usage.

token-broker --help | --version`

const COMMANDS: ReadonlyMap<string, (args: readonly string[], terminal: Terminal) => Promise<number>> = new Map([
  ['validate', validate],
  ['explain', explain],
])

async function main([name, ...args]: readonly string[]): Promise<number> {
  const { stdin, stdout, stderr } = process
  const options = args.slice(0, args.includes('--') ? args.indexOf('--') : args.length)
  if (
    name === '--help' ||
    name === '-h' ||
    name === 'help' ||
    options.some((arg) => arg === '--help' || arg === '-h')
  ) {
    stdout.write(`${HELP}\n`)
    return 0
  }
  if (name === '--version') {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
    stdout.write(`${version}\n`)
    return 0
  }
  const command = name === undefined ? undefined : COMMANDS.get(name)
  if (!command) {
    stderr.write(name === undefined ? `${HELP}\n` : `unknown command "${name}" (see token-broker --help)\n`)
    return 2
  }
  return command(args, { stdin, stdout, stderr })
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
