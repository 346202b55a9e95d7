/** A mistake on a command line. */
import type { Channel, Marks, MistakeBase } from './mistake.ts'

/** Files and addresses that command lines name. */
export interface CommandPlaces {
  /** The URL of a running broker. */
  readonly broker: string
  /** A file with a token that is right, and the token itself. */
  readonly tokenFile: string
  readonly token: string
  /** An empty folder, for files with mistakes. */
  readonly folder: string
  /** The folder with the documents of the broker. */
  readonly tenants: string
  /** Writes a file into the folder. @returns its path */
  write(name: string, content: string): string
}

export interface CommandMistake extends MistakeBase {
  readonly channel: Channel
  readonly args: (places: CommandPlaces) => readonly string[]
}

/** Who runs it sees it: for credentials, that is the caller. */
export function commandMistake(
  channel: Channel,
  id: string,
  what: string,
  args: CommandMistake['args'],
  marks: Marks,
  named?: string,
): CommandMistake {
  return {
    id: `command ${id}`,
    ...{ what, channel, args, marks: { [channel]: marks } },
    ...(named === undefined ? {} : { named }),
  }
}
