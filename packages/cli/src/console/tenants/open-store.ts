/** Where the console reads and writes documents: the directory, or the table. */
import type { TenantSource } from '@token-broker/console/wire'
import type { ConsoleContext } from '../console-context.ts'
import type { ConsoleStore } from './console-store.ts'

export async function openConsoleStore(
  source: TenantSource,
  context: ConsoleContext,
): Promise<ConsoleStore> {
  if (source === 'directory') return (await import('./directory-store.ts')).directoryStore(context)
  // The AWS SDK is loaded only for a table.
  return (await import('./table-store.ts')).tableStore(context)
}
