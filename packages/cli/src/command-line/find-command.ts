/** Finds the command that a command line names, wherever its options are written. */
import { EXIT, quote, UsageError } from '../cli-error.ts'
import { type CommandGroup, type CommandNode, isGroup } from './declaration.ts'
import { suggestion } from './suggest.ts'

export const HELP_OPTIONS: readonly string[] = ['--help', '-h']

export interface FoundCommand {
  /** From the program itself to `node`. */
  readonly path: readonly CommandNode[]
  readonly node: CommandNode
  /** The remaining words. */
  readonly args: readonly string[]
}

/**
 * Follows the words as far as they name commands; the last command of the path may be a group.
 *
 * @throws {UsageError} a word that names no command
 */
export function findCommand(program: CommandGroup, argv: readonly string[]): FoundCommand {
  const path: CommandNode[] = [program]
  let args = argv
  let node: CommandNode = program
  while (isGroup(node)) {
    const at = findOperand(node === program ? undefined : node, args)
    const word = args[at]
    const next: CommandNode | undefined = node.commands.find(({ name }) => name === word)
    if (!next && node.byDefault) {
      // The help of the group lists its commands, and the options of this one.
      if (args.some((arg) => HELP_OPTIONS.includes(arg))) break
      if (word !== undefined && isMistyped(word, node)) throw unknownCommand(path, node, word)
      return { path: [...path, node.byDefault], node: node.byDefault, args }
    }
    if (word === undefined) break
    if (!next) throw unknownCommand(path, node, word)
    path.push(next)
    args = args.toSpliced(at, 1)
    node = next
  }
  return { path, node, args }
}

/** `tenant --table T list` names the same command as `tenant list --table T`. */
function findOperand(group: CommandGroup | undefined, args: readonly string[]): number {
  if (!group) return args[0]?.startsWith('-') ? -1 : 0
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? ''
    if (word === '--') return -1
    if (!word.startsWith('-')) return at
    const option = word.slice(2)
    if (group.commands.some((node) => !isGroup(node) && node.options[option]?.value)) at++
  }
  return -1
}

/** A word like the name of a command, where a file is expected: `./sumary` is a file. */
function isMistyped(word: string, { commands }: CommandGroup): boolean {
  const names = commands.map(({ name }) => name)
  return /^[a-z]+$/.test(word) && suggestion(word, names) !== ''
}

function unknownCommand(path: readonly CommandNode[], group: CommandGroup, word: string) {
  const names = group.commands.map(({ name }) => name)
  const shown = [...path.slice(1).map(({ name }) => name), word].join(' ')
  const isOfProgram = path.length === 1
  const expected = isOfProgram ? '' : `; expected ${listOf(names)}`
  return new UsageError(
    `unknown command ${quote(shown)}${expected}${suggestion(word, names)} (see "${helpOf(path)}")`,
    isOfProgram ? EXIT.unknownCommand : EXIT.invalid,
  )
}

/** The command that prints the help of a command: `token-broker tenant put --help`. */
export function helpOf(path: readonly CommandNode[]): string {
  return `${path.map(({ name }) => name).join(' ')} --help`
}

/** `text or json`; `put, get or rm`. */
export function listOf(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`
}
