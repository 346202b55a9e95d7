/** Completion: the candidates for the word at the cursor, for the scripts that shells load. */
import { EXIT, UsageError } from '../cli-error.ts'
import {
  type CommandGroup,
  type CommandNode,
  type Completion,
  isGroup,
  type OptionDeclaration,
} from '../command-line/declaration.ts'
import { findCommand } from '../command-line/find-command.ts'
import { listProfiles } from '../session/profiles.ts'
import type { Environment, Terminal } from '../terminal.ts'
import { PROGRAM } from './program.ts'

/** Which completion the shell adds to our candidates; `words` adds none. */
type ShellCompletion = 'words' | 'files' | 'commands'

interface Candidates {
  readonly shell: ShellCompletion
  readonly words: readonly Candidate[]
}

type Candidate = readonly [word: string, description: string]

const NOTHING: Candidates = { shell: 'words', words: [] }

/**
 * Prints what the shell has to complete, such as `:files`, then one candidate per line with a tab
 * and its description.
 *
 * @param words the shell's name, then the words after the program up to the one at the cursor
 */
export function printCandidates(
  [shell = '', ...words]: readonly string[],
  { env, print }: Terminal,
): number {
  const whole = shell === 'bash' ? joinBroken(words) : words
  const current = whole.at(-1) ?? ''
  const candidates = findCandidates(whole.slice(0, -1), current, env)
  // Readline replaces only what follows the last of these characters.
  const kept = shell === 'bash' ? (/^.*[=:]/.exec(current)?.[0].length ?? 0) : 0
  const lines = candidates.words
    .filter(([word]) => word.startsWith(current))
    .map(([word, description]) => `${word.slice(kept)}\t${description}`)
  print([`:${candidates.shell}`, ...lines, ''].join('\n'))
  return EXIT.done
}

/** Joins what bash splits: `--format=json` and `https://x` are several words there. */
function joinBroken(words: readonly string[]): readonly string[] {
  const joined: string[] = []
  let isOpen = false
  for (const word of words) {
    const isBreak = /^[=:]+$/.test(word)
    if ((isBreak || isOpen) && joined.length > 0) joined[joined.length - 1] += word
    else joined.push(word)
    isOpen = isBreak
  }
  return joined
}

function findCandidates(before: readonly string[], current: string, env: Environment): Candidates {
  const isHelp = before[0] === 'help'
  const found = follow(isHelp ? before.slice(1) : before)
  if (!found) return NOTHING
  const { node, args } = found
  if (isHelp) return isGroup(node) ? commandsOf(node) : NOTHING
  const dashes = args.indexOf('--')
  if (dashes !== -1) return afterDashes(node, args.length - dashes)
  const options = optionsOf(node)
  const [, written, start = ''] = /^--([^=]+)=(.*)$/s.exec(current) ?? []
  const name = written ?? /^--([^=]+)$/.exec(args.at(-1) ?? '')?.[1]
  const option = name === undefined ? undefined : options[name]
  if (option?.value !== undefined) {
    const values = valuesOf(option, env)
    const prefix = written === undefined ? '' : current.slice(0, current.length - start.length)
    return { ...values, words: values.words.map(([word, what]) => [`${prefix}${word}`, what]) }
  }
  if (current.startsWith('-')) return { shell: 'words', words: listOptions(node, options) }
  if (isGroup(node)) return commandsOf(node)
  const operands = node.operands ?? []
  const operand = operands[wordsOf(args, options)] ?? operands.at(-1)
  const values = operand ? valuesOf(operand, env) : NOTHING
  // In place of the first operand, another command of the group may be written.
  const group = found.path.at(-2)
  const isFirst = wordsOf(args, options) === 0
  if (!isFirst || !group || !isGroup(group) || group.byDefault !== node) return values
  return { ...values, words: [...commandsOf(group).words, ...values.words] }
}

/** How many operands are written: words that are neither options nor their values. */
function wordsOf(
  args: readonly string[],
  options: Readonly<Record<string, OptionDeclaration>>,
): number {
  const isValue = (index: number) => {
    const name = /^--([^=]+)$/.exec(args[index - 1] ?? '')?.[1]
    return name !== undefined && options[name]?.value !== undefined
  }
  return args.filter((word, index) => !word.startsWith('-') && !isValue(index)).length
}

function follow(before: readonly string[]) {
  try {
    return findCommand(PROGRAM, before)
  } catch (error) {
    if (error instanceof UsageError) return undefined
    throw error
  }
}

/** After `--`, `exec` has a command's name and its arguments; other commands have operands. */
function afterDashes(node: CommandNode, wordCount: number): Candidates {
  if (isGroup(node)) return NOTHING
  if (node.runsCommand !== true) return { shell: 'files', words: [] }
  return { shell: wordCount === 1 ? 'commands' : 'files', words: [] }
}

/** The options of a group's commands may be written before the command. */
function optionsOf(node: CommandNode): Readonly<Record<string, OptionDeclaration>> {
  if (!isGroup(node)) return node.options
  return node === PROGRAM ? {} : Object.assign({}, ...node.commands.map(optionsOf))
}

function listOptions(
  node: CommandNode,
  options: Readonly<Record<string, OptionDeclaration>>,
): readonly Candidate[] {
  const own = Object.entries(options).map(
    ([name, { summary }]): Candidate => [`--${name}`, summary],
  )
  const version: readonly Candidate[] = node === PROGRAM ? [['--version', 'print the version']] : []
  return [...own, ...version, ['--help', 'print the help']]
}

function commandsOf(group: CommandGroup): Candidates {
  const own = group.commands.map(({ name, summary }): Candidate => [name, summary])
  const help: readonly Candidate[] = group === PROGRAM ? [['help', 'print the help']] : []
  return { shell: 'words', words: [...own, ...help] }
}

const SHELL_COMPLETIONS: Readonly<Record<Completion, ShellCompletion>> = {
  file: 'files',
  profile: 'words',
}

function valuesOf(
  { choices, offers = [], completes }: Partial<OptionDeclaration>,
  env: Environment,
): Candidates {
  const profiles = completes === 'profile' ? listProfiles(env) : []
  const words = [...(choices ?? []), ...offers, ...profiles].map((word): Candidate => [word, ''])
  return { shell: completes === undefined ? 'words' : SHELL_COMPLETIONS[completes], words }
}
