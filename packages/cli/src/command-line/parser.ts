/** Parses the options of one command and formats its help, by means of commander. */
import { Command, CommanderError, Option } from 'commander'
import { quote, UsageError } from '../cli-error.ts'
import { createPaint, type Terminal } from '../terminal.ts'
import {
  type CommandDeclaration,
  type CommandNode,
  isGroup,
  type OperandDeclaration,
  type OptionDeclaration,
} from './declaration.ts'
import { helpOf, listOf } from './find-command.ts'
import { suggestion } from './suggest.ts'

/** Columns of the help where the output is not a terminal. */
const DEFAULT_WIDTH = 100

/** What a command expects that has no operands. */
const NO_OPERAND = 'options only'

export interface ParsedOptions {
  readonly operands: readonly string[]
  option(name: string): string | undefined
  optionValues(name: string): readonly string[]
  isSet(name: string): boolean
}

/** The help of a command, or of a group of commands. */
export function formatHelp(path: readonly CommandNode[], terminal: Terminal): string {
  let help = ''
  const writeOut = (text: string) => {
    help += text
  }
  createParser(path, [], terminal).configureOutput({ writeOut }).outputHelp()
  return help
}

/**
 * @param path from the program to the command
 * @returns undefined where the arguments ask for help, which is printed
 * @throws {UsageError} an unknown option, a value that is not accepted, or a wrong number of words
 */
export function parseOptions(
  path: readonly CommandNode[],
  declaration: CommandDeclaration,
  args: readonly string[],
  terminal: Terminal,
): ParsedOptions | undefined {
  const parser = createParser(path, args, terminal)
  try {
    parser.parse([...args], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.code === 'commander.helpDisplayed') return undefined
    throw new UsageError(`${describe(error, declaration, parser.args)} (see "${helpOf(path)}")`)
  }
  for (const [index, word] of parser.args.entries()) checkOperand(word, index, declaration)
  const attribute = (name: string) =>
    parser.options.find(({ long }) => long === `--${name}`)?.attributeName() ?? name
  const valuesOf = (name: string): readonly string[] => {
    const value: unknown = parser.getOptionValue(attribute(name))
    const values: readonly unknown[] = Array.isArray(value) ? value : [value]
    return values.filter((one) => typeof one === 'string')
  }
  return {
    operands: parser.args,
    option: (name) => valuesOf(name).at(-1),
    optionValues: valuesOf,
    isSet: (name) => parser.getOptionValueSource(attribute(name)) === 'cli',
  }
}

/** Creates commander's commands for the path; only the last one gets its options and help. */
function createParser(
  path: readonly CommandNode[],
  args: readonly string[],
  terminal: Terminal,
): Command {
  const [program, ...below] = path
  const parser = below.reduce(
    (parent, { name }) => parent.command(name),
    configureParser(new Command(program?.name), terminal),
  )
  const node = path.at(-1)
  if (!node) return parser
  parser.description(node.description ?? asSentence(node.summary))
  parser.helpOption('-h, --help', 'print this help')
  if (below.length === 0) parser.addOption(new Option('--version', 'print the version'))
  if (!isGroup(node)) addWords(parser, node, args)
  else {
    if (node.byDefault) addWords(parser, node.byDefault, args)
    parser.usage(`${node.byDefault ? '[COMMAND]' : 'COMMAND'} [options]`).helpCommand(false)
    for (const { name, summary, group } of node.commands)
      parser
        .command(name)
        .summary(summary)
        .helpGroup(`${group ?? 'Commands'}:`)
  }
  return parser.addHelpText('after', () => formatAfterOptions(node, terminal))
}

function addWords(parser: Command, node: CommandDeclaration, args: readonly string[]): void {
  const { operands = [], runsCommand = false, options } = node
  const words = [...operands.map(shownName), ...(runsCommand ? ['-- COMMAND...'] : [])]
  parser.usage(['[options]', ...words].join(' ')).action(() => undefined)
  for (const { name, summary, isOptional } of operands)
    parser.argument(isOptional ? `[${name}]` : `<${name}>`, summary)
  parser.allowExcessArguments(runsCommand)
  for (const [name, option] of Object.entries(options))
    parser.addOption(createOption(name, option, args))
}

function shownName({ name, isOptional }: OperandDeclaration): string {
  return isOptional ? `[${name}]` : name
}

function asSentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

/** Subcommands inherit these settings. Errors are thrown; only `runCommandLine` prints them. */
function configureParser(parser: Command, terminal: Terminal): Command {
  return parser
    .exitOverride()
    .configureOutput({
      writeOut: terminal.print,
      outputError: () => undefined,
      getOutHelpWidth: () => terminal.stdout.columns ?? DEFAULT_WIDTH,
      getOutHasColors: () => true,
    })
    .configureHelp({
      styleTitle: (title) => createPaint(terminal.stdout)('bold', title),
      optionTerm: ({ flags }) => flags.replace(/[<>]/g, ''),
    })
}

function createOption(
  name: string,
  declaration: OptionDeclaration,
  args: readonly string[],
): Option {
  const { value, summary, group, choices, isRepeatable = false } = declaration
  const option = new Option(value === undefined ? `--${name}` : `--${name} <${value}>`, summary)
  option.helpGroup(`${group}:`)
  if (value === undefined) return option
  return option.argParser((text: string, before: unknown) => {
    // Commander accepts any next word as the value: `--tenant --grant x` would lose the grant.
    if (text.startsWith('-') && text !== '-' && !args.includes(`--${name}=${text}`))
      throw new UsageError(`--${name}: expected ${value}, found the option ${optionName(text)}`)
    if (choices) checkChoice(`--${name}`, text, choices)
    return isRepeatable ? [...(Array.isArray(before) ? before : []), text] : text
  })
}

function checkOperand(word: string, index: number, { operands = [] }: CommandDeclaration): void {
  const operand = operands[index] ?? operands.at(-1)
  if (operand?.choices) checkChoice(operand.name, word, operand.choices)
}

function checkChoice(name: string, text: string, choices: readonly string[]): void {
  if (choices.includes(text)) return
  const found = `found ${quote(text)}${suggestion(text, choices)}`
  throw new UsageError(`${name}: expected ${listOf(choices)}, ${found}`)
}

/** Replaces commander's messages, which quote every word: one of them may be a token. */
function describe(
  { code, message }: CommanderError,
  { operands = [], options }: CommandDeclaration,
  words: readonly string[],
): string {
  const option = optionName(/'(-[^']*)/.exec(message)?.[1] ?? '')
  switch (code) {
    case 'commander.unknownOption': {
      const known = [...Object.keys(options), 'help'].map((name) => `--${name}`)
      return `unknown option ${option}${suggestion(option, known)}`
    }
    case 'commander.optionMissingArgument':
      return `${option}: expected ${options[option.slice(2)]?.value}, found nothing`
    case 'commander.missingArgument':
      return describeMissing(operands[words.length])
    case 'commander.excessArguments':
      return `expected ${namesOf(operands)}, found ${countWords(words)}`
    default:
      return `the command line cannot be parsed (${code})`
  }
}

function describeMissing(operand: OperandDeclaration | undefined): string {
  return `expected ${operand?.name}: ${operand?.summary}`
}

function namesOf(operands: readonly OperandDeclaration[]): string {
  return operands.length === 0 ? NO_OPERAND : operands.map(({ name }) => name).join(' ')
}

function countWords({ length }: readonly string[]): string {
  return length === 1 ? '1 word' : `${length} words`
}

/** Without the value of `--token=…`. */
function optionName(word: string): string {
  return word.split(/[=\s]/)[0] ?? ''
}

function formatAfterOptions({ exitCodes, examples }: CommandNode, { stdout }: Terminal): string {
  const title = (text: string) => createPaint(stdout)('bold', text)
  const width = Math.max(...exitCodes.map(([code]) => String(code).length))
  const codes = exitCodes.map(([code, does]) => `  ${String(code).padEnd(width)}  ${does}`)
  const shown = examples.flatMap(({ command, does }) => [`  # ${does}`, `  ${command}`])
  return ['', title('Exit codes:'), ...codes, '', title('Examples:'), ...shown].join('\n')
}
