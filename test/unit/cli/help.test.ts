/** The help of the program and of every command. */
import { describe, expect, it } from 'vitest'
import { type CommandNode, isGroup } from '../../../packages/cli/src/command-line/declaration.ts'
import { PROGRAM } from '../../../packages/cli/src/commands/program.ts'
import { runCli, runHere } from './run-cli.ts'

describe.each(everyCommand(PROGRAM, []))('%s', (_title, words, node) => {
  it('has help with a description, exit codes and examples', async () => {
    const { code, stdout, stderr } = await runHere([...words, '--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(new RegExp(`^Usage: ${['token-broker', ...words].join(' ')} `))
    expect(stdout.split('\n\n')[1]).toMatch(/^[A-Z][\s\S]+\.$/)
    expect(stdout).toMatch(/\n\nExit codes:\n {2}[01] +\w/)
    expect(node.examples.length).toBeGreaterThan(0)
    const examples = stdout.slice(stdout.indexOf('Examples:'))
    for (const { command, does } of node.examples)
      expect(examples).toContain(`  # ${does}\n  ${command}\n`)
  })

  it('has the same help with "help" and with -h', async () => {
    const { stdout } = await runHere([...words, '--help'])
    expect(await runHere(['help', ...words])).toEqual({ code: 0, stdout, stderr: '' })
    expect(await runHere([...words, '-h'])).toEqual({ code: 0, stdout, stderr: '' })
  })

  it('lists every command and option under a heading, within 100 columns', async () => {
    const { stdout } = await runHere([...words, '--help'])
    for (const name of isGroup(node) ? [] : Object.keys(node.options))
      expect(headingOf(stdout, `--${name}`)).toMatch(/ options:$|^Settings:$/)
    for (const { name } of isGroup(node) ? node.commands : [])
      expect(headingOf(stdout, name)).toMatch(/^[A-Z][\w ]+:$/)
    const text = stdout.slice(0, stdout.indexOf('Examples:'))
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
  })
})

it('groups the options of a session', async () => {
  const { stdout } = await runHere(['serve', '--help'])
  expect(headingOf(stdout, '--grant')).toBe('Session options:')
  expect(headingOf(stdout, '--token-file')).toBe('Token options:')
  expect(headingOf(stdout, '--port')).toBe('Server options:')
  const { stdout: tenant } = await runHere(['help', 'tenant', 'get'])
  expect(headingOf(tenant, '--table')).toBe('Table options:')
  expect(headingOf(tenant, '--format')).toBe('Output options:')
})

it('is printed on standard error where there is no command, with exit code 2', async () => {
  const { stdout } = await runHere(['--help'])
  expect(await runHere([])).toEqual({ code: 2, stdout: '', stderr: stdout })
})

it('is printed by the built program without colours', async () => {
  const here = await runHere(['help', 'exec'])
  const env = { ...process.env, NO_COLOR: '1' }
  expect(await runCli(['exec', '--help', '--', 'ls'], '', env)).toEqual(here)
})

function everyCommand(
  node: CommandNode,
  words: readonly string[],
): [title: string, words: readonly string[], node: CommandNode][] {
  const below = isGroup(node)
    ? node.commands.flatMap((child) => everyCommand(child, [...words, child.name]))
    : []
  return [[['token-broker', ...words].join(' '), words, node], ...below]
}

/** The nearest line without indentation above the entry of a command or option. */
function headingOf(help: string, entry: string): string | undefined {
  const lines = help.split('\n')
  const at = lines.findIndex((line) => line.startsWith(`  ${entry} `))
  return at === -1 ? undefined : lines.slice(0, at).findLast((line) => /^\S/.test(line))
}
