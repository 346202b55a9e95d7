/** The options by which every `tenant` command finds its table. */
import type { OptionDeclaration } from '../../command-line/declaration.ts'

const TABLE = 'Table options'

export const TABLE_OPTIONS = {
  table: {
    value: 'NAME',
    summary: 'the table (default: $BROKER_TENANTS_TABLE)',
    group: TABLE,
  },
  endpoint: {
    value: 'URL',
    summary: 'the URL of another DynamoDB',
    group: TABLE,
  },
} as const satisfies Record<string, OptionDeclaration>

export type TableOption = keyof typeof TABLE_OPTIONS
