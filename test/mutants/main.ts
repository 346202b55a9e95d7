/** `npm run test:mutants`: removes each guard in a copy; a unit test must then fail. */
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Mutant } from './mutant.ts'
import { POLICY_MUTANTS } from './policy-mutants.ts'
import { TOKEN_MUTANTS } from './token-mutants.ts'
import { VALUE_MUTANTS } from './value-mutants.ts'
import { VERIFIER_MUTANTS } from './verifier-mutants.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const COPIED = [
  ...['packages/core', 'packages/functions', 'packages/local', 'test'],
  ...['package.json', 'tsconfig.json', 'vitest.config.ts'],
]
const PROPERTIES = ['narrowing', 'resolve-tenant', 'role-policy', 'rule-index'].map(
  (name) => `test/unit/core/${name}.property.test.ts`,
)
/** Each is a table of cases. */
const TABLES = [
  ...['attribute-values', 'map-templates'],
  ...[
    'deny-rules',
    'match-grant',
    'session-plan',
    'session-policy',
    'obtain-web-identity',
    'trust-policy',
  ],
  ...['find-opaque-issuer', 'verify-opaque-token', 'stated-audience', 'limited-sessions'],
  ...['special-tokens', 'token-parties', 'authorized-party', 'tenant-identities'],
  ...['cel-values', 'check-expression', 'credential-request', 'digest', 'exact-number'],
  ...['strict-json', 'session-policy-grammar', 'evaluate-policy', 'weak-keys', 'audit-record'],
  'caller-policy',
].map((name) => `test/unit/core/${name}.test.ts`)
const POLICY_TABLES = [
  ...['containment', 'containment-conditions', 'possible-requests', 'wildcards'],
].map((name) => `test/unit/policy/${name}.test.ts`)
const DOCUMENT_TABLES = [
  ...[
    'callers-kept-apart',
    'conditions-kept-apart',
    'issuers-kept-apart',
    'policy-grammar',
    'opaque-issuers',
    'private-issuers',
  ],
  ...['issuer-settings', 'user-info-issuers', 'expand-preset', 'named-secrets'],
].map((name) => `test/unit/document/${name}.test.ts`)
const VERIFIER_TABLES = [
  ...['remembered-tokens', 'user-info', 'webhook', 'provider-tokens'].map(
    (name) => `test/unit/adapters/${name}.test.ts`,
  ),
  'test/contract/opaque-verifiers.test.ts',
]
const PARTS = [
  {
    source: 'packages/core/src',
    mutants: [...POLICY_MUTANTS, ...TOKEN_MUTANTS, ...VALUE_MUTANTS],
    tests: [...PROPERTIES, ...TABLES, ...POLICY_TABLES, ...DOCUMENT_TABLES],
  },
  {
    source: 'packages/functions/src/adapters/verifiers',
    mutants: VERIFIER_MUTANTS,
    tests: VERIFIER_TABLES,
  },
]

const copy = fs.mkdtempSync(path.join(tmpdir(), 'mutants-'))
try {
  for (const part of COPIED) {
    const filter = (source: string) => path.basename(source) !== 'node_modules'
    fs.cpSync(path.join(ROOT, part), path.join(copy, part), { recursive: true, filter })
  }
  fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'))
  const survivors = PARTS.flatMap(({ source, mutants, tests }) => {
    const files = fs
      .globSync(`${source}/**/*.ts`, { cwd: copy })
      .map((file) => path.join(copy, file))
    if (!testsPass(tests)) throw new Error('The tests fail without any change.')
    return mutants.filter((mutant) => {
      const survived = survives(mutant, files, tests)
      console.log(`${survived ? 'NOT NOTICED' : 'noticed    '}  ${mutant.guard}`)
      return survived
    })
  })
  const all = PARTS.flatMap(({ mutants }) => mutants).length
  console.log(`${all - survivors.length} of ${all} removed guards were noticed by a test`)
  process.exitCode = survivors.length > 0 ? 1 : 0
} finally {
  fs.rmSync(copy, { recursive: true })
}

/** Whether the tests pass without the guard. */
function survives(
  { guard, find, replace }: Mutant,
  files: readonly string[],
  tests: readonly string[],
): boolean {
  const places = files.flatMap((file) => {
    const count = fs.readFileSync(file, 'utf8').split(find).length - 1
    return Array<string>(count).fill(file)
  })
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
  const limits = ['--bail=1', '--testTimeout=600000']
  const { status } = spawnSync(process.execPath, [vitest, 'run', ...limits, ...tests], {
    cwd: copy,
    stdio: 'ignore',
  })
  return status === 0
}
