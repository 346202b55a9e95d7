/** Runs the commands of the recipes' pages in a shell, with the addresses of a test's servers. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { codeBlocks, readPage } from '../docs/markdown.ts'
import { closeAfterTests, makeTemporaryFolder } from '../fixtures/index.ts'
import { REGION, startS3Server } from '../fixtures/s3-server.ts'
import { startServedBroker } from '../fixtures/served-broker.ts'
import { issueSessions } from '../fixtures/sts-sessions.ts'
import { runProgram } from './run-program.ts'

const CLI = path.join(import.meta.dirname, '../../packages/cli/bin/token-broker.mjs')
/** Debian's programs, and then those that are installed otherwise. */
const PATH = `/usr/bin:/bin:${process.env.PATH}`

/** The blocks of one language of a recipe, in order. */
export function recipeBlocks(page: string, language: string): string[] {
  return codeBlocks(readPage(`packages/functions/docs/recipes/${page}.md`), language)
}

/** A broker whose sessions S3 accepts, and a home with the program `token-broker` and a token. */
export async function startRecipe() {
  const broker = await startServedBroker({
    environment: { BROKER_SESSIONS_REGIONS: `eu-west-1,${REGION}` },
  })
  const s3 = await closeAfterTests(startS3Server(issueSessions(broker.sts, 3600)))
  const home = makeTemporaryFolder()
  const tokenFile = path.join(home, 'token')
  const writeToken = async () => writeFileSync(tokenFile, await broker.token())
  await writeToken()
  mkdirSync(path.join(home, 'bin'))
  symlinkSync(CLI, path.join(home, 'bin/token-broker'))
  const here = (text: string) =>
    text
      .replaceAll('https://broker.example', broker.url)
      .replaceAll(/\/tmp\/token(?![-\w])|\/var\/run\/secrets\/broker\/token/g, tokenFile)
  const env = {
    HOME: home,
    PATH: `${home}/bin:${path.dirname(process.execPath)}:${PATH}`,
    AWS_EC2_METADATA_DISABLED: 'true',
  }
  return {
    ...{ broker, s3, home, tokenFile, writeToken, here, env },
    /** Runs a block with bash, which ends at the first command that fails. */
    run: (block: string, more: Readonly<Record<string, string>> = {}) =>
      runProgram('/bin/bash', ['--norc', '-euo', 'pipefail', '-c', here(block)], {
        env: { ...env, ...more },
      }),
  }
}
