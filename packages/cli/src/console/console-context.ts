/** What every call of the operator console works with. */
import type { StartInfo } from '@token-broker/console/wire'
import type { Terminal } from '../terminal.ts'

/** The sources that the command line named. */
export interface ConsoleSources extends Omit<StartInfo, 'version'> {
  /** The URL of another DynamoDB. */
  readonly tableEndpoint?: string
  /** The value of `--boundaries`. */
  readonly boundaries?: string
  /** The value of `--private-issuer-hosts`. */
  readonly privateIssuerHosts?: string
  /** Whether `--allow-loopback-http` was written. */
  readonly allowLoopbackHttp?: boolean
}

export interface ConsoleContext {
  readonly sources: ConsoleSources
  /** For the environment and for messages to the operator's terminal. */
  readonly terminal: Terminal
  /** In milliseconds. */
  readonly now: () => number
}

/** @throws {CliError} what failed, for the page to show */
export type ConsoleCall<Result> = (input: unknown, context: ConsoleContext) => Promise<Result>
