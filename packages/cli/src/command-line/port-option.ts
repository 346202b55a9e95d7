/** The value of `--port`. */
import { quote, UsageError } from '../cli-error.ts'

const MAX_PORT = 65_535

/** @returns 0, any free port, where there is no option; @throws {UsageError} */
export function readPort(text: string | undefined): number {
  if (text === undefined) return 0
  if (/^\d{1,5}$/.test(text) && Number(text) <= MAX_PORT) return Number(text)
  throw new UsageError(`--port: expected a number from 0 to ${MAX_PORT}, found ${quote(text)}`)
}
