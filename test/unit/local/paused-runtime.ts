/** A local runtime that listens but is not ready until the test says so. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startRuntime } from '../../../packages/local/src/runtime.ts'
import { findFreePort } from '../../fixtures/free-port.ts'

export interface PausedRuntime {
  /** URL of the broker. */
  readonly url: string
  /** Lets the start go on and waits for its end. */
  finish(roles?: object): Promise<void>
  close(): Promise<void>
}

export async function startPausedRuntime(): Promise<PausedRuntime> {
  const folder = mkdtempSync(path.join(tmpdir(), 'paused-runtime-'))
  // The runtime waits for its roles as long as no process writes into this named pipe.
  const rolesFile = path.join(folder, 'roles')
  execFileSync('mkfifo', [rolesFile])
  const brokerPort = await findFreePort()
  const starting = startRuntime({ brokerPort, idpPort: 0, stsPort: 0, rolesFile })
  starting.catch(() => {})
  let written: Promise<void> | undefined
  const write = (roles: object = {}) => {
    written ??= writeFile(rolesFile, JSON.stringify(roles))
    return written
  }
  return {
    url: `http://127.0.0.1:${brokerPort}`,
    finish: async (roles) => {
      await write(roles)
      await starting
    },
    close: async () => {
      await write()
      await starting.then((runtime) => runtime.close()).catch(() => {})
      rmSync(folder, { recursive: true })
    },
  }
}
