/** Every call of the page, with what runs it. Each is loaded when it is first made. */
import type { CallName, ResultOf } from '@token-broker/console/wire'
import type { ConsoleCall } from './console-context.ts'

type CallTable = { readonly [Name in CallName]: () => Promise<ConsoleCall<ResultOf<Name>>> }

/** Does not compile where a call of the page is missing or returns something else. */
const CALLS: CallTable = {
  'console/start': async () => (await import('./start-info.ts')).describeStart,
}

export function findCall(name: string): (() => Promise<ConsoleCall<unknown>>) | undefined {
  return Object.entries(CALLS).find(([known]) => known === name)?.[1]
}
