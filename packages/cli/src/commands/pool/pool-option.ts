/** The option that every command of `token-broker pool` has. */
import type { OptionDeclaration } from '../../command-line/declaration.ts'

export const POOL_OPTION = {
  pool: { value: 'ID', summary: 'the id of the identity pool (required)', group: 'Pool options' },
} as const satisfies Record<string, OptionDeclaration>
