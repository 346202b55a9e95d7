/** Runs a program of a Debian package with only the environment variables that a test names. */
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import type { SdkEnvironment } from './sdk-environment.ts'

export interface ProgramResult {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** @param env the complete environment */
export async function runProgram(
  program: string,
  args: readonly string[],
  { env, input = '' }: { env: SdkEnvironment; input?: string },
): Promise<ProgramResult> {
  const child = spawn(program, args, { env: { ...env }, stdio: 'pipe' })
  const closed = new Promise<number | null>((resolve, reject) =>
    child.on('close', resolve).on('error', reject),
  )
  child.stdin.end(input)
  const [stdout, stderr, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    closed,
  ])
  return { status, stdout, stderr }
}

/** What an SDK's program got in one environment. */
export interface ClientResult {
  readonly secretAccessKey?: string
  readonly sessionToken?: string
  readonly raised?: string
  readonly code?: string | null
  readonly requestId?: string | null
  readonly message?: string
}

/** Runs a program that reads environments, and prints its result in each of them, in order. */
export async function findCredentials(
  program: string,
  args: readonly string[],
  environments: readonly SdkEnvironment[],
): Promise<readonly ClientResult[]> {
  const env = { HOME: '/nonexistent', PATH: process.env.PATH ?? '' }
  const { stdout, stderr } = await runProgram(program, args, {
    env,
    input: JSON.stringify(environments),
  })
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout)
}

/** The error that a client raised. */
export function reportedBy({ raised, code }: ClientResult) {
  return { raised: raised ?? 'nothing', code: code ?? undefined }
}
