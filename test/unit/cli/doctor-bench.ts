/** A healthy broker, and `token-broker doctor` run with changes of its settings. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect } from 'vitest'
import { makeTemporaryFolder, startServedBroker } from '../../fixtures/index.ts'
import type { ServedBroker } from '../../fixtures/served-broker.ts'
import { runCli } from './run-cli.ts'

type Environment = Readonly<Record<string, string | undefined>>

interface Examined {
  readonly code: number | null
  readonly checks: readonly { check: string; status: string; message: string; fix?: string }[]
  /** The results of one check, as `status: message`. */
  of(check: string): readonly string[]
}

export interface DoctorBench {
  readonly broker: ServedBroker
  /** The home directory of the user who runs the command. */
  readonly folder: string
  /** The settings of the broker. */
  readonly healthy: Environment
  /** @returns the path of the file */
  write(name: string, content: string | object): string
  /** Runs the command, and checks that it prints no secret and a fix for each problem. */
  examine(args: readonly string[], env?: Environment): Promise<Examined>
  /** Examines the broker's settings with some of them changed. */
  withSettings(changed: object, env?: Environment): Promise<Examined>
}

/** For one test file. */
export async function startDoctorBench(): Promise<DoctorBench> {
  const folder = makeTemporaryFolder()
  const broker = await startServedBroker()
  const secrets = ['canary', JSON.parse(broker.environment.BROKER_SIGNING_KEY ?? '{}').d]
  const healthy = { ...broker.environment, BROKER_SESSION_NAME_KEY: 'canary'.repeat(10) }
  const write: DoctorBench['write'] = (name, content) => {
    const file = path.join(folder, name)
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
    return file
  }
  const examine: DoctorBench['examine'] = async (args, env = {}) => {
    const { code, stdout, stderr } = await runCli(['doctor', '--format', 'json', ...args], '', {
      PATH: process.env.PATH,
      HOME: folder,
      AWS_EC2_METADATA_DISABLED: 'true',
      ...env,
    })
    expect(stderr).toBe('')
    for (const secret of secrets) expect(stdout).not.toContain(secret)
    const { checks } = JSON.parse(stdout)
    for (const { status, fix } of checks)
      expect(fix === undefined).toBe(status === 'ok' || status === 'skipped')
    const of = (name: string) =>
      checks
        .filter(({ check }: Examined['checks'][number]) => check === name)
        .map(({ status, message }: Examined['checks'][number]) => `${status}: ${message}`)
    return { code, checks, of }
  }
  return {
    ...{ broker, folder, healthy, write, examine },
    withSettings: (changed, env) =>
      examine(['--env', write('env.json', { ...healthy, ...changed })], env),
  }
}
