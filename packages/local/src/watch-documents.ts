/** Watches a folder of tenant documents, which editors write or replace. */
import { watch } from 'node:fs'
import { isDocumentFile } from '@token-broker/core/document'

/** An editor changes a file in several steps; this long after the last one, it is complete. */
const QUIET_MS = 100

/**
 * @param onChange runs after a document was added, changed or removed, and never twice at once
 * @param onError the folder cannot be watched any more
 * @returns what ends it
 */
export function watchDocuments(
  folder: string,
  onChange: () => Promise<void>,
  onError: (error: Error) => void,
): () => void {
  let timer: NodeJS.Timeout | undefined
  let last = Promise.resolve()
  const watcher = watch(folder, (_, name) => {
    if (name !== null && !isDocumentFile(name)) return
    clearTimeout(timer)
    timer = setTimeout(() => {
      last = last.then(onChange).catch(onError)
    }, QUIET_MS)
  })
  watcher.on('error', onError)
  return () => {
    clearTimeout(timer)
    watcher.close()
  }
}
