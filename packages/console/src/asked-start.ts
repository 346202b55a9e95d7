/** Which sources the console has. It is asked once, while the code of the view is still loaded. */
import { callServer } from './call-server.ts'
import type { StartInfo } from './wire/index.ts'

let asked: Promise<StartInfo> | undefined

/** @throws {CallError} after which it is asked again */
export function startInfo(): Promise<StartInfo> {
  asked ??= callServer('console/start', {}).catch((error: unknown) => {
    asked = undefined
    throw error
  })
  return asked
}
