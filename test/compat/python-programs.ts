/** Debian's botocore and AWS CLI. */
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { findCredentials, type ProgramResult, runProgram } from './run-program.ts'
import type { SdkEnvironment } from './sdk-environment.ts'

export const PYTHON = '/usr/bin/python3'
const CLI = '/usr/bin/aws'
const BOTOCORE_CLIENT = path.join(import.meta.dirname, 'botocore-client.py')

/** Without the two packages, tests are skipped; in CI they fail instead. */
export function skipsPython(module: 'botocore' | 'boto3' = 'botocore'): boolean {
  const missing = [
    ...(spawnSync(PYTHON, ['-c', `import ${module}`]).status === 0 ? [] : [`python3-${module}`]),
    ...(spawnSync(CLI, ['--version']).status === 0 ? [] : ['awscli']),
  ]
  const skips = missing.length > 0 && process.env.CI !== 'true'
  if (skips) console.log(`Skipped: these Debian packages are not installed: ${missing.join(', ')}.`)
  return skips
}

export const runBotocore = (...environments: SdkEnvironment[]) =>
  findCredentials(PYTHON, [BOTOCORE_CLIENT], environments)

export const runAwsCli = (args: readonly string[], env: SdkEnvironment): Promise<ProgramResult> =>
  runProgram(CLI, args, { env })
