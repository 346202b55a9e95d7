/** Starts the local runtime with mistakes, and checks settings of stages with mistakes. */
import { spawn } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { refuseSampleSettings } from '../../stacks/sample-settings.ts'
import { compileFolder } from '../../stacks/stage-documents.ts'
import { selectStageSettings } from '../../stacks/stage-settings.ts'
import type { StageSettings } from '../../stacks/stage-types.ts'
import type { Messages } from './mistake.ts'
import { ORCHARD } from './orchard.ts'
import { OWN_SETTINGS, type StageMistake } from './stage-mistakes.ts'
import type { StartMistake } from './start-mistakes.ts'

const MAIN = path.join(import.meta.dirname, '../../packages/local/src/main.ts')
const ANY_PORT = ['--port', '--idp-port', '--sts-port'].flatMap((name) => [name, '0'])
/** A runtime that starts in spite of the mistake is stopped when it is ready. */
const READY = 'ready'

export async function runStarts(
  mistakes: readonly StartMistake[],
  folder: string,
): Promise<ReadonlyMap<StartMistake, Messages>> {
  const results = new Map<StartMistake, Messages>()
  for (const mistake of mistakes) {
    const own = path.join(folder, 'start')
    mkdirSync(own)
    const write = (name: string, content: string) => {
      const file = path.join(own, name)
      writeFileSync(file, content)
      return file
    }
    const args = [...ANY_PORT, '--no-idp', '--no-aws', ...mistake.args(own, write)]
    const validate = await start(args, mistake.environment ?? {})
    rmSync(own, { recursive: true })
    results.set(mistake, { validate: validate.replaceAll(`${own}/`, '') })
  }
  return results
}

async function start(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  createInterface(child.stdout).on('line', (line) => {
    if (line === READY) child.kill('SIGTERM')
  })
  return text(child.stderr)
}

/** @throws {Error} where the settings without a mistake are refused */
export function runStages(
  mistakes: readonly StageMistake[],
  folder: string,
): ReadonlyMap<StageMistake, Messages> {
  const tenants = path.join(folder, 'stage')
  mkdirSync(path.join(tenants, 'empty'), { recursive: true })
  writeFileSync(path.join(tenants, 'orchard.yaml'), ORCHARD)
  const settings = { ...OWN_SETTINGS, tenants }
  const right = checkStage('production', settings)
  if (right !== '') throw new Error(`The settings themselves are refused: ${right}`)
  return new Map(
    mistakes.map((mistake) => {
      const { stage = 'production', changes, hasNoDocuments = false } = mistake
      const own = { ...settings, ...changes }
      const changed = hasNoDocuments ? { ...own, tenants: path.join(tenants, 'empty') } : own
      return [mistake, { validate: checkStage(stage, changed) }]
    }),
  )
}

function checkStage(stage: string, settings: Readonly<Record<string, unknown>>): string {
  try {
    // What is checked is that settings of a wrong type are refused.
    const stages = { production: settings as unknown as StageSettings }
    const selected = selectStageSettings(stages, stage, Date.now())
    refuseSampleSettings(selected, stage)
    compileFolder(selected)
    return ''
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
