/** Runs one command line: finds the command, loads it, runs it, and prints expected errors. */
import packageJson from '../package.json' with { type: 'json' }
import { CliError, EXIT, UsageError } from './cli-error.ts'
import {
  type CommandDeclaration,
  type CommandGroup,
  type CommandNode,
  isGroup,
} from './command-line/declaration.ts'
import { findCommand, HELP_OPTIONS, helpOf, listOf } from './command-line/find-command.ts'
import { formatHelp, parseOptions } from './command-line/parser.ts'
import { refuseTokens } from './command-line/refuse-tokens.ts'
import { suggestion } from './command-line/suggest.ts'
import { printCandidates } from './commands/complete.ts'
import { PROGRAM } from './commands/program.ts'
import { printMessage, type Terminal } from './terminal.ts'

/** The hidden command from which the scripts of `token-broker completion` get their candidates. */
const COMPLETE = '__complete'

/**
 * @param argv the words after `token-broker`
 * @returns the exit code
 * @throws only errors that no command expects
 */
export async function runCommandLine(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    if (argv[0] === COMPLETE) return printCandidates(argv.slice(1), terminal)
    refuseTokens(argv)
    // `help tenant put` is another spelling of `tenant put --help`.
    const words = argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv
    const { path, node, args } = findCommand(PROGRAM, words)
    return isGroup(node)
      ? runGroup(path, node, args, terminal)
      : await runCommand(path, node, args, terminal)
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    printMessage(terminal, error.message)
    return error.exitCode
  }
}

async function runCommand(
  path: readonly CommandNode[],
  command: CommandDeclaration,
  args: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const dashes = command.runsCommand === true ? args.indexOf('--') : -1
  const own = dashes === -1 ? args : args.slice(0, dashes)
  const parsed = parseOptions(path, command, own, terminal)
  if (!parsed) return EXIT.done
  const run = await command.load()
  return run({ ...parsed, terminal, command: dashes === -1 ? undefined : args.slice(dashes + 1) })
}

/** A group does nothing by itself: it has help, and the program has a version. */
function runGroup(
  path: readonly CommandNode[],
  group: CommandGroup,
  args: readonly string[],
  terminal: Terminal,
): number {
  const [word] = args
  const isProgram = group === PROGRAM
  if (args.some((arg) => HELP_OPTIONS.includes(arg))) {
    terminal.print(formatHelp(path, terminal))
    return EXIT.done
  }
  if (isProgram && word === '--version') {
    terminal.print(`${packageJson.version}\n`)
    return EXIT.done
  }
  const see = `(see "${helpOf(path)}")`
  if (!isProgram) {
    const commands = listOf(group.commands.map(({ name }) => name))
    throw new UsageError(`${group.name}: expected a command: ${commands} ${see}`)
  }
  if (word === undefined) terminal.stderr.write(formatHelp(path, terminal))
  else {
    const option = word.split('=')[0] ?? ''
    const similar = suggestion(option, ['--help', '--version'])
    throw new UsageError(`unknown option ${option}${similar} ${see}`, EXIT.unknownCommand)
  }
  return EXIT.unknownCommand
}
