/** What every `token-broker tenant` command is given. */
import { type Terminal, UsageError } from '../command.ts'
import type { Expectation } from './expectation.ts'
import type { OperatorTable } from './operator-table.ts'

export interface TenantCall {
  readonly table: OperatorTable
  readonly terminal: Terminal
  /** What stands after the name of the command: files, or a tenant. */
  readonly operands: readonly string[]
  readonly expected: Expectation
  readonly version: number | undefined
  readonly asJson: boolean
  /** ISO 8601. */
  readonly at: string
  /** Who writes. */
  nameOperator(): Promise<string>
}

/** The one tenant that a command is about. */
export function onlyTenant({ operands }: TenantCall): string {
  const [name] = operands
  if (name !== undefined && operands.length === 1) return name
  throw new UsageError('name one tenant')
}
