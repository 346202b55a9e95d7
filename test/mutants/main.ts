/** `npm run test:mutants`: removes each guard in a copy, and shows that a property test then fails. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { MUTANTS, type Mutant } from './mutants.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const PROPERTIES = ['narrowing', 'resolve-tenant'].map(
  (name) => `test/unit/core/${name}.property.test.ts`,
)

const copy = mkdtempSync(path.join(tmpdir(), 'mutants-'))
try {
  for (const part of ['packages/core', 'test', 'package.json', 'tsconfig.json', 'vitest.config.ts'])
    cpSync(path.join(ROOT, part), path.join(copy, part), { recursive: true })
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'))
  if (!propertiesHold()) throw new Error('The property tests fail before anything is taken away.')
  const survivors = MUTANTS.filter((mutant) => {
    const survived = survives(mutant)
    console.log(`${survived ? 'SURVIVED' : 'noticed '}  ${mutant.guard}`)
    return survived
  })
  console.log(
    `${MUTANTS.length - survivors.length} of ${MUTANTS.length} guards are missed when they go`,
  )
  process.exitCode = survivors.length > 0 ? 1 : 0
} finally {
  rmSync(copy, { recursive: true })
}

function survives({ guard, file, find, replace }: Mutant): boolean {
  const target = path.join(copy, 'packages/core/src', file)
  const text = readFileSync(target, 'utf8')
  if (text.split(find).length !== 2)
    throw new Error(`"${guard}" is not where mutants.ts says, in ${file}`)
  writeFileSync(
    target,
    text.replace(find, () => replace),
  )
  try {
    return propertiesHold()
  } finally {
    writeFileSync(target, text)
  }
}

function propertiesHold(): boolean {
  const vitest = path.join(copy, 'node_modules/vitest/vitest.mjs')
  const { status } = spawnSync(process.execPath, [vitest, 'run', ...PROPERTIES], {
    cwd: copy,
    stdio: 'ignore',
  })
  return status === 0
}
