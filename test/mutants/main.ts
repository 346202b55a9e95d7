/**
 * `npm run test:mutants`: removes each guard in a copy; a unit test must then fail. With texts
 * behind it, only guards whose names contain one of them: `npm run test:mutants -- console:`.
 */
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { MUTANT_PARTS } from './all-mutants.ts'
import { type Mutant, placesOf } from './mutant.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const COPIED = [
  ...['core', 'functions', 'local', 'game', 'client', 'cli', 'console'].map(
    (name) => `packages/${name}`,
  ),
  'test',
  ...['package.json', 'tsconfig.json', 'vitest.config.ts'],
]

const wanted = process.argv.slice(2)
const parts = MUTANT_PARTS.map(({ mutants, ...part }) => ({
  ...part,
  mutants: mutants.filter(
    ({ guard }) => wanted.length === 0 || wanted.some((text) => guard.includes(text)),
  ),
})).filter(({ mutants }) => mutants.length > 0)

const copy = fs.mkdtempSync(path.join(tmpdir(), 'mutants-'))
try {
  for (const part of COPIED) {
    const filter = (source: string) => path.basename(source) !== 'node_modules'
    fs.cpSync(path.join(ROOT, part), path.join(copy, part), { recursive: true, filter })
  }
  linkModules()
  const survivors = parts.flatMap(({ source, mutants, tests }) => {
    if (!testsPass(tests)) throw new Error('The tests fail without any change.')
    return mutants.filter((mutant) => {
      const survived = survives(mutant, source, tests)
      console.log(`${survived ? 'NOT NOTICED' : 'noticed    '}  ${mutant.guard}`)
      return survived
    })
  })
  const all = parts.flatMap(({ mutants }) => mutants).length
  console.log(`${all - survivors.length} of ${all} removed guards were noticed by a test`)
  process.exitCode = survivors.length > 0 ? 1 : 0
} finally {
  fs.rmSync(copy, { recursive: true })
}

/** Our own packages are those of the copy: tests that import them by name must see the change. */
function linkModules(): void {
  // Versions that only one package has.
  for (const folder of fs.globSync('packages/*/node_modules', { cwd: ROOT }))
    fs.symlinkSync(path.join(ROOT, folder), path.join(copy, folder))
  const [from, to] = [path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules')]
  fs.mkdirSync(path.join(to, '@token-broker'), { recursive: true })
  for (const name of fs.readdirSync(from))
    if (name !== '@token-broker') fs.symlinkSync(path.join(from, name), path.join(to, name))
  for (const name of fs.readdirSync(path.join(from, '@token-broker'))) {
    const own = path.join(copy, 'packages', name)
    const link = path.join(to, '@token-broker', name)
    fs.symlinkSync(fs.existsSync(own) ? own : path.join(ROOT, 'packages', name), link)
  }
}

/** Whether the tests pass without the guard. */
function survives(
  { guard, find, replace }: Mutant,
  source: string,
  tests: readonly string[],
): boolean {
  const places = placesOf(find, copy, source)
  const [file] = places
  if (file === undefined || places.length !== 1)
    throw new Error(
      `The guard "${guard}" was found ${places.length} times instead of once in ` +
        'its folder; correct its entry in test/mutants.',
    )
  const text = fs.readFileSync(file, 'utf8')
  fs.writeFileSync(
    file,
    text.replace(find, () => replace),
  )
  try {
    return testsPass(tests)
  } finally {
    fs.writeFileSync(file, text)
  }
}

function testsPass(tests: readonly string[]): boolean {
  const vitest = path.join(copy, 'node_modules/vitest/vitest.mjs')
  // The first failure is enough. On a busy machine, a test that is slow must not count as one.
  // Without isolation, files of tests load core once instead of once each, in half the time.
  const limits = ['--bail=1', '--testTimeout=600000', '--isolate=false']
  const { status } = spawnSync(process.execPath, [vitest, 'run', ...limits, ...tests], {
    cwd: copy,
    stdio: 'ignore',
  })
  return status === 0
}
