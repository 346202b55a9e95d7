/** `--watch`: repeats a command whenever one of its files is saved. */
import { existsSync, watch } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../cli-error.ts'
import { printMessage, type Terminal } from '../terminal.ts'

/** Editors write a file in several steps. */
const QUIET_MS = 100

/**
 * Runs until the user ends it. A file that cannot be read does not end it.
 * @param folders editors replace files, so their folders are watched
 * @param isInput whether the command reads a file
 * @param first runs once, when the files are watched: a change meanwhile is noticed
 * @throws what `first` throws
 */
export async function repeatOnChange(
  terminal: Pick<Terminal, 'stderr'>,
  folders: Iterable<string>,
  isInput: (file: string) => boolean,
  run: () => Promise<void>,
  first: () => Promise<void> = async () => undefined,
): Promise<never> {
  let timer: NodeJS.Timeout | undefined
  const failed = Promise.withResolvers<never>()
  const repeat = async () => {
    try {
      await run()
    } catch (error) {
      if (!(error instanceof UsageError)) return failed.reject(error)
      printMessage(terminal, error.message)
    }
  }
  const watchers = [...new Set(folders)].filter(existsSync).map((folder) =>
    watch(folder, (_, name) => {
      if (name !== null && !isInput(join(folder, name))) return
      clearTimeout(timer)
      timer = setTimeout(repeat, QUIET_MS)
    }),
  )
  try {
    await first()
    return await failed.promise
  } finally {
    for (const watcher of watchers) watcher.close()
  }
}
