/** Debian's AWS SDK for Go v2, and a program that uses it. */
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { makeTemporaryFolder } from '../fixtures/index.ts'
import { runProgram } from './run-program.ts'

const GO = '/usr/bin/go'
const PACKAGES = '/usr/share/gocode'

/** Without Go, tests are skipped; in CI they fail instead. */
export function skipsGo(): boolean {
  const sdk = path.join(PACKAGES, 'src/github.com/aws/aws-sdk-go-v2')
  const skips = !(existsSync(GO) && existsSync(sdk)) && process.env.CI !== 'true'
  if (skips)
    console.log('Skipped: golang-go and golang-github-aws-aws-sdk-go-v2-dev are not installed.')
  return skips
}

/** @returns the path of the compiled program of this folder */
export async function buildGoProgram(source: `${string}.go`): Promise<string> {
  const client = path.join(makeTemporaryFolder(), 'client')
  // Debian's packages are sources in a GOPATH, so nothing is downloaded. With Go's cache, another
  // build takes a second.
  const env = {
    HOME: homedir(),
    PATH: process.env.PATH ?? '',
    GOPATH: PACKAGES,
    GO111MODULE: 'off',
    CGO_ENABLED: '0',
  }
  const { status, stderr } = await runProgram(
    GO,
    ['build', '-o', client, path.join(import.meta.dirname, source)],
    { env },
  )
  if (status !== 0) throw new Error(stderr)
  return client
}
