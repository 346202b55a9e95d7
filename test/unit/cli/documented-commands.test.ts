/** The commands in the help and in the pages of the package are valid command lines. */
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { type CommandNode, isGroup } from '../../../packages/cli/src/command-line/declaration.ts'
import { findCommand } from '../../../packages/cli/src/command-line/find-command.ts'
import { parseOptions } from '../../../packages/cli/src/command-line/parser.ts'
import { PROGRAM } from '../../../packages/cli/src/commands/program.ts'
import { splitCommand } from '../../../packages/cli/src/session/split-command.ts'
import { codeBlocks } from '../../docs/markdown.ts'

const PACKAGE = path.join(import.meta.dirname, '../../../packages/cli')
const pages = globSync(['README.md', 'docs/*.md'], { cwd: PACKAGE })
const inPages = pages.flatMap((page) => {
  const text = readFileSync(path.join(PACKAGE, page), 'utf8')
  return ['sh', 'ini']
    .flatMap((language) => codeBlocks(text, language))
    .join('\n')
    .split('\n')
})
const commands = [...inPages, ...examplesOf(PROGRAM)].flatMap(
  // Without what the shell reads itself: comments, redirections, pipes.
  (line) => /\btoken-broker ((?:'[^']*'|[^'#<>|&()])+)/.exec(line)?.[1]?.trim() ?? [],
)

it('finds the documented commands', () => {
  expect(commands.length).toBeGreaterThan(40)
})

it.each([...new Set(commands)])('token-broker %s', (line) => {
  const words = splitCommand('line', line)
  if (words[0] === 'help' || words[0] === '--help') return
  const { path: found, node, args } = findCommand(PROGRAM, words)
  if (isGroup(node)) throw new Error(`${node.name} is not a command`)
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args
  const terminal = { ...process, print: () => undefined }
  expect(parseOptions(found, node, own, terminal)).toBeDefined()
})

function examplesOf(node: CommandNode): readonly string[] {
  const own = node.examples.map(({ command }) => command)
  return isGroup(node) ? [...own, ...node.commands.flatMap(examplesOf)] : own
}
