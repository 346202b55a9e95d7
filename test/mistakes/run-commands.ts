/** Runs command lines with mistakes, in this process, or built as users install them. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type Run, runCli, runHere } from '../unit/cli/run-cli.ts'
import type { CommandMistake, CommandPlaces } from './command-mistake.ts'
import { half } from './command-mistakes.ts'
import type { Messages } from './mistake.ts'
import { secretPartsOf } from './run-requests.ts'
import type { RunningBroker } from './running-broker.ts'
import { CANARY_CLAIM, sampleToken } from './sample-token.ts'

/** Each of so many runs as a process of the built program; the others run in this process. */
const BUILT_EVERY = 10

/** @throws {Error} where the command line without a mistake gets no credentials */
export async function runCommands(
  mistakes: readonly CommandMistake[],
  { url: broker, tenants }: RunningBroker,
  folder: string,
): Promise<ReadonlyMap<CommandMistake, Messages>> {
  const token = sampleToken()
  const tokenFile = path.join(folder, 'alice.jwt')
  writeFileSync(tokenFile, `${token}\n`)
  const home = path.join(folder, 'home')
  mkdirSync(path.join(home, '.config/token-broker'), { recursive: true })
  const profiles = { work: { endpoint: broker, tokenFile } }
  writeFileSync(path.join(home, '.config/token-broker/profiles.json'), JSON.stringify(profiles))
  const environment = { PATH: process.env.PATH, HOME: home }
  const own = path.join(folder, 'own')
  const places: CommandPlaces = {
    ...{ broker, tokenFile, token, tenants, folder: own },
    write(name, content) {
      const file = path.join(own, name)
      writeFileSync(file, content, { mode: 0o600 })
      return file
    },
  }
  const right = await runHere(
    ['credential-process', '--no-cache', '--profile', 'work'],
    environment,
  )
  if (right.code !== 0) throw new Error(`The command fails: ${right.stderr}`)
  const results = new Map<CommandMistake, Messages>()
  for (const [index, mistake] of mistakes.entries()) {
    mkdirSync(own)
    const args = mistake.args(places)
    const run =
      index % BUILT_EVERY === 0
        ? await runCli(args, '', environment)
        : await runHere(args, environment)
    rmSync(own, { recursive: true })
    results.set(mistake, {
      [mistake.channel]: textOf(run, mistake.channel),
      nowhere: [CANARY_CLAIM, ...secretPartsOf(token), ...half(token)],
    })
  }
  return results
}

/** An explanation is on standard output; of credentials, only standard error is shown. */
function textOf({ stdout, stderr }: Run, channel: CommandMistake['channel']): string {
  return channel === 'response' ? stderr : `${stdout}${stderr}`
}
