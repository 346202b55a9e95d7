#!/usr/bin/env node
/** `token-broker`: checks tenant documents, explains decisions, and gives AWS's tools the broker's credentials. */
import { readFileSync } from 'node:fs'
import { type Terminal, UsageError } from './command.ts'
import { exitCodeOf, SessionError } from './session/session-error.ts'
import { TenantError } from './tenant/tenant-error.ts'

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

token-broker tenant put FILES… [--expect VERSION]       writes documents to the broker's table, if all are valid
token-broker tenant diff FILE                           what a put of the file would change
token-broker tenant get TENANT [--version N]            the document as it was written
token-broker tenant list                                every tenant with its version
token-broker tenant history TENANT                      every version, and who wrote it
token-broker tenant rollback TENANT --version N --expect VERSION
token-broker tenant rm TENANT --expect VERSION
  AWS credentials, region and profile are the AWS SDK's, from the environment.
  --table NAME           the table (or BROKER_TENANTS_TABLE)
  --endpoint URL         another DynamoDB
  --expect VERSION       the version that you saw; a change on top of another is refused. "latest": whatever is there
  --format json          for machines
  Exit code: 0 done, 3 changed by somebody else, or different, 4 the table is away, 1 bad documents or usage.

token-broker credential-process [session options]
  Prints credentials for "credential_process" of ~/.aws/config, from a cache while they are fresh.

token-broker serve [--port PORT] [session options]
  Serves credentials on 127.0.0.1 (default: any free port) and prints the variables by which SDKs find them.
  They are refreshed before they are due. SIGINT and SIGTERM end it.

token-broker exec [session options] -- COMMAND ARGS…
  Runs the command with such an endpoint, and ends with its exit code.

  Session options:
  --endpoint URL         the broker: https, or http on this machine
  --tenant NAME          needed only where several tenants take the token
  --grant NAME           default: the grant of the first rule that holds
  --duration TIME        15m to 12h, such as 15m, 1h or 900s
  --statements A,B       the policy's statements to keep
  --token-file FILE      the subject token, read again at each need; "-" reads standard input, once: serve and exec
                         then refresh only until that token expires
  --token-command CMD    a command that prints the subject token; quotes are understood, there is no shell; 60 s
  --profile NAME         settings of ~/.config/token-broker/profiles.json (or TOKEN_BROKER_PROFILE); options override
  --no-cache             neither read nor write ~/.cache/token-broker
  Exit code: 0 done, 3 refused, 4 the broker is away or busy, 1 called wrongly; exec: the command's.

token-broker --help | --version`

type Command = (args: readonly string[], terminal: Terminal) => Promise<number>

/** Loaded when called: the AWS CLI runs `credential-process` often and needs no compiler of tenant documents. */
const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['validate', async () => (await import('./validate.ts')).validate],
  ['explain', async () => (await import('./explain.ts')).explain],
  ['tenant', async () => (await import('./tenant.ts')).tenant],
  ['credential-process', async () => (await import('./credential-process.ts')).credentialProcess],
  ['serve', async () => (await import('./serve.ts')).serve],
  ['exec', async () => (await import('./exec.ts')).exec],
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
    const { version } = JSON.parse(
      readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
    )
    stdout.write(`${version}\n`)
    return 0
  }
  const load = name === undefined ? undefined : COMMANDS.get(name)
  if (!load) {
    stderr.write(
      name === undefined ? `${HELP}\n` : `unknown command "${name}" (see token-broker --help)\n`,
    )
    return 2
  }
  const command = await load()
  return command(args, { env: process.env, stdin, stdout, stderr })
}

// Whoever read the warnings may be gone; a refresh must not end `exec` and leave its command alone.
process.stderr.on('error', () => {})

try {
  process.exitCode = await main(process.argv.slice(2))
  // A refresh that is under way would hold these up for a minute, and nobody waits for it any more.
  if (process.argv[2] === 'exec' || process.argv[2] === 'serve') process.exit()
} catch (error) {
  const exitCode = exitCodeFor(error)
  if (exitCode === undefined || !(error instanceof Error)) throw error
  process.stderr.write(
    error instanceof UsageError ? `${error.message}\n` : `token-broker: ${error.message}\n`,
  )
  process.exitCode = exitCode
}

/** @returns undefined for what no command foresaw */
function exitCodeFor(error: unknown): number | undefined {
  if (error instanceof UsageError) return 1
  if (error instanceof TenantError) return error.exitCode
  return error instanceof SessionError ? exitCodeOf(error) : undefined
}
