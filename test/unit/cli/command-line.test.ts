/** How command lines are parsed: exit codes, prefixes, suggestions and the order of words. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { findSimilar } from '../../../packages/core/src/model/similar-words.ts'
import { BUILT_PROGRAM, runCli, runHere } from './run-cli.ts'
import { createTenantFolder } from './tenant-folder.ts'

const { directory } = await createTenantFolder()

it('prints the version of the package', async () => {
  const manifest = path.join(import.meta.dirname, '../../../packages/cli/package.json')
  const { version } = JSON.parse(readFileSync(manifest, 'utf8'))
  expect(await runCli(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
})

it('runs in the repository from its source', () => {
  const bin = path.join(import.meta.dirname, '../../../packages/cli/bin/token-broker.mjs')
  const { status, stdout } = spawnSync(bin, ['validate', directory])
  expect({ status, stdout: stdout.toString() }).toEqual({
    status: 0,
    stdout: '1 document is valid\n',
  })
})

it('quotes an unknown command', async () => {
  expect((await runHere(['frobnicate'])).stderr).toBe(
    'token-broker: unknown command "frobnicate" (see "token-broker --help")\n',
  )
})

describe('suggestions', () => {
  it.each([
    { args: ['vlidate'], similar: 'validate' },
    { args: ['credentials-process'], similar: 'credential-process' },
    { args: ['help', 'tenent'], similar: 'tenant' },
    { args: ['tenant', 'hsitory', 'acme'], similar: 'history' },
    { args: ['--verison'], similar: '--version' },
    { args: ['validate', '--fromat', 'json', '.'], similar: '--format' },
    { args: ['serve', '--endpont=https://broker.example'], similar: '--endpoint' },
    { args: ['tenant', 'put', 'x', '--expct', '3'], similar: '--expect' },
    { args: ['validate', '.', '--format', 'jsn'], similar: 'json' },
    { args: ['explain', '--format=Text'], similar: 'text' },
    { args: ['tenant', 'put', '.', '--expect', 'latst'], similar: 'latest' },
    { args: ['completion', 'fihs'], similar: 'fish' },
  ])('$args: did you mean $similar?', async ({ args, similar }) => {
    const { code, stdout, stderr } = await runHere(args)
    expect(code).toBeGreaterThan(0)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/^token-broker: [^\n]+\n$/)
    expect(stderr).toContain(`; did you mean ${similar}?`)
  })

  it.each(['frobnicate', 'x', 'expl', ''])('are not made for %j', (word) => {
    expect(findSimilar(word, ['validate', 'explain', 'exec', 'serve'])).toBeUndefined()
  })
})

describe('exit codes', () => {
  it.each([
    [0, ['--help']],
    [0, ['validate', directory]],
    [1, ['validate', '--colour']],
    [1, ['validate', '/no/such/file']],
    [1, ['tenant']],
    [1, ['tenant', 'frobnicate']],
    [1, ['exec', 'true']],
    [2, []],
    [2, ['frobnicate']],
    [2, ['--frobnicate']],
    [2, ['help', 'frobnicate']],
    [4, ['credential-process', '--endpoint', 'http://127.0.0.1:9', '--token-command', 'echo x']],
  ])('%i: %j', async (code, args) => {
    const run = await runHere(args, { HOME: directory, PATH: process.env.PATH })
    expect(run.code).toBe(code)
    if (code > 0 && args.length > 0) expect(run.stderr).toMatch(/^token-broker: [^\n]+\n$/)
  })
})

describe('options', () => {
  it.each([
    ['before operands', ['--format', 'json', directory]],
    ['after operands', [directory, '--format', 'json']],
    ['with an equals sign', ['--format=json', directory]],
    ['twice, and the last one counts', ['--format', 'text', directory, '--format', 'json']],
    ['before two dashes', ['--format', 'json', '--', directory]],
  ])('may be written %s', async (_where, args) => {
    expect(await runHere(['validate', ...args])).toEqual({ code: 0, stdout: '[]\n', stderr: '' })
  })

  it('may be written before the command of a group', async () => {
    const unreachable = ['--table', 'x', '--endpoint=ftp://127.0.0.1', '--format', 'json']
    const { stderr } = await runHere(['tenant', ...unreachable, 'get', 'NOT-AN-ID'])
    expect(stderr).toContain('expected the id of a tenant')
  })

  it.each([
    [['--format'], '--format: expected FORMAT, found nothing'],
    [['--format', '--help'], '--format: expected FORMAT, found the option --help'],
    [['-x', directory], 'unknown option -x'],
  ])('of validate are refused: %j', async (args, message) => {
    const { code, stderr } = await runHere(['validate', ...args])
    expect(code).toBe(1)
    expect(stderr).toContain(message)
  })

  it('are operands after two dashes', async () => {
    const { code, stderr } = await runHere(['validate', '--', '--help'])
    expect(code).toBe(1)
    expect(stderr).toContain('cannot read --help')
  })
})

it('ends quietly where nothing reads its output', async () => {
  const script = '"$0" "$1" help | true; exit "${PIPESTATUS[0]}"'
  const { status, stderr } = spawnSync('bash', ['-c', script, process.execPath, BUILT_PROGRAM])
  expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: '' })
})
