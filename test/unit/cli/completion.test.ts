/** The candidates that `token-broker completion` offers, and the scripts it prints. */
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { runHere } from './run-cli.ts'
import { createTenantFolder } from './tenant-folder.ts'

const { directory: home } = await createTenantFolder()
mkdirSync(path.join(home, '.config/token-broker'), { recursive: true })
writeFileSync(path.join(home, '.config/token-broker/profiles.json'), '{"work":{},"home":{}}')

/** The candidates as a script receives them; those for zsh and fish have the same form. */
async function complete(words: readonly string[], shell = 'zsh') {
  const { stdout } = await runHere(['__complete', shell, ...words], { HOME: home })
  const [kind, ...lines] = stdout.trimEnd().split('\n')
  return { kind, words: lines.map((line) => line.split('\t')[0]) }
}

const words = (...candidates: string[]) => ({ kind: ':words', words: candidates })

describe('candidates', () => {
  it.each([
    { line: ['val'], is: words('validate') },
    { line: ['tenant', 'r'], is: words('rollback', 'rm') },
    { line: ['tenant', '--table', 'x', 'ro'], is: words('rollback') },
    { line: ['help', 'tenant', 'hi'], is: words('history') },
    { line: ['completion', ''], is: words('bash', 'zsh', 'fish') },
    { line: ['exec', '--token-'], is: words('--token-file', '--token-command', '--token-type') },
    { line: ['tenant', 'rm', '--ex'], is: words('--expect') },
    { line: ['tenant', '--ta'], is: words('--table') },
    { line: ['--ve'], is: words('--version') },
    { line: ['validate', '--format', ''], is: words('text', 'json') },
    { line: ['validate', '--format', 'j'], is: words('json') },
    { line: ['validate', '--format=j'], is: words('--format=json') },
    { line: ['tenant', 'put', 'a.yaml', '--expect', ''], is: words('latest') },
    { line: ['serve', '--profile', ''], is: words('work', 'home') },
    { line: ['validate', ''], is: { kind: ':files', words: [] } },
    { line: ['serve', '--token-file', 'x'], is: { kind: ':files', words: [] } },
    { line: ['exec', '--profile', 'work', '--', ''], is: { kind: ':commands', words: [] } },
    { line: ['exec', '--', 'aws', 's3'], is: { kind: ':files', words: [] } },
    { line: ['serve', '--tenant', ''], is: words() },
    { line: ['frobnicate', ''], is: words() },
  ])('of $line', async ({ line, is }) => {
    expect(await complete(line)).toEqual(is)
  })

  it('for bash start after the last equals sign or colon, where bash splits words', async () => {
    expect(await complete(['validate', '--format', '=', 'j'], 'bash')).toEqual(words('json'))
    const url = ['--endpoint', 'https', ':', '//x']
    expect(await complete(['tenant', ...url, 'ro'], 'bash')).toEqual(words('rollback'))
  })

  it('have a description', async () => {
    const { stdout } = await runHere(['__complete', 'fish', 'va'])
    expect(stdout).toBe(':words\nvalidate\tcheck tenant documents and print every finding\n')
  })
})

it('is not listed in the help, because its command is hidden', async () => {
  expect((await runHere(['--help'])).stdout).not.toContain('__complete')
})

it.each(['bash', 'zsh', 'fish'])('has a script for %s', async (shell) => {
  const { code, stdout } = await runHere(['completion', shell])
  expect(code).toBe(0)
  expect(stdout).toContain(`__complete ${shell}`)
})

it('has no script for other shells', async () => {
  const { code, stderr } = await runHere(['completion', 'tcsh'])
  expect(code).toBe(1)
  expect(stderr).toContain('SHELL: expected bash, zsh or fish, found "tcsh"')
})
