/** The console's API for documents that are compiled ahead, before a decision or a save. */
import type { DocumentsProgress } from '@token-broker/console/wire'
import { readMembers } from './call-input.ts'
import { folderProgress, readCompiledFolder } from './compiled-folder.ts'
import type { ConsoleCall, ConsoleSources } from './console-context.ts'

/** A call waits so long at most: the page shows progress, and asks again. */
const WAIT_MS = 300

const running = new WeakMap<ConsoleSources, Promise<boolean>>()

/** Compiles all documents of the directory, and says how many are ready. */
export const compileAhead: ConsoleCall<DocumentsProgress> = async (input, { sources }) => {
  readMembers(input, [])
  const { tenantsDir } = sources
  // Those of a table are compiled.
  if (tenantsDir === undefined) return { done: 0, total: 0, isReady: true }
  const read = running.get(sources) ?? start(tenantsDir, sources)
  const waited = new Promise<boolean>((resolve) => setTimeout(resolve, WAIT_MS, false))
  const isReady = await Promise.race([read, waited])
  return { ...folderProgress(sources), isReady }
}

function start(directory: string, sources: ConsoleSources): Promise<boolean> {
  const read = readCompiledFolder(directory, sources)
    // What needs the documents reports the error.
    .catch(() => undefined)
    .then(() => {
      running.delete(sources)
      return true
    })
  running.set(sources, read)
  return read
}
