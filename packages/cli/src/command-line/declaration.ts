/** The declaration of a command, from which help, completion and parsing are derived. */
import type { Terminal } from '../terminal.ts'

/** What completion offers for a value besides fixed choices. */
export type Completion = 'file' | 'profile'

export interface OptionDeclaration {
  /** One line. A default is part of it. */
  readonly summary: string
  /** The heading under which the help lists the option. */
  readonly group: string
  /** The placeholder of the value, such as `FILE`. An option without one is a switch. */
  readonly value?: string
  /** The only values that are accepted. */
  readonly choices?: readonly string[]
  /** Values that completion offers although others are accepted too, such as `latest`. */
  readonly offers?: readonly string[]
  readonly completes?: Completion
  /** Whether it may be written several times; `optionValues` returns every value. */
  readonly isRepeatable?: boolean
}

export interface OperandDeclaration {
  /** `FILE` for exactly one, `FILES...` for one or more. */
  readonly name: string
  readonly summary: string
  /** Whether it may be absent: `[FILES...]` is none or more. */
  readonly isOptional?: boolean
  readonly choices?: readonly string[]
  readonly completes?: Completion
}

interface Example {
  readonly command: string
  /** What it does, in a few words. */
  readonly does: string
}

interface NodeDeclaration {
  readonly name: string
  /** One line, for the list of commands. */
  readonly summary: string
  /** Paragraphs at the top of the command's own help. */
  readonly description?: string
  /** The heading under which the list of commands shows it. */
  readonly group?: string
  readonly examples: readonly Example[]
  readonly exitCodes: readonly (readonly [code: number | string, meaning: string])[]
}

/** A command that runs, with its options under their names without dashes. */
export interface CommandDeclaration<Option extends string = string> extends NodeDeclaration {
  /** In their order; only the last one may be `FILES...`. */
  readonly operands?: readonly OperandDeclaration[]
  /** The words after `--` are another command; none of them is an option of this one. */
  readonly runsCommand?: boolean
  readonly options: Readonly<Record<Option, OptionDeclaration>>
  /** Imports the implementation; called only for the command that runs. */
  readonly load: () => Promise<CommandHandler<Option>>
}

/** A word that comes before the names of its commands, such as `tenant`. */
export interface CommandGroup extends NodeDeclaration {
  readonly commands: readonly CommandNode[]
  /** The command that runs where none of them is named; its options are options of the group. */
  readonly byDefault?: CommandDeclaration
}

export type CommandNode = CommandDeclaration | CommandGroup

/** @returns the exit code; @throws {CliError} what failed, for `runCommandLine` to print */
type CommandHandler<Option extends string> = (call: CommandCall<Option>) => Promise<number>

/** What a command is called with. */
export interface CommandCall<Option extends string = string> {
  readonly terminal: Terminal
  readonly operands: readonly string[]
  /** The words after `--`, if the declaration has `runsCommand`; undefined without a `--`. */
  readonly command: readonly string[] | undefined
  /** The last value of an option, or undefined if it was not written. */
  option(name: Option): string | undefined
  /** Every value of an option that is repeatable, in order. */
  optionValues(name: Option): readonly string[]
  /** Whether a switch was written. */
  isSet(name: Option): boolean
}

/** Makes the compiler check that the implementation reads only declared options. */
export function declareCommand<Option extends string>(
  declaration: CommandDeclaration<Option>,
): CommandDeclaration {
  return declaration
}

export function isGroup(node: CommandNode): node is CommandGroup {
  return 'commands' in node
}
