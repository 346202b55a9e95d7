/** Starts the stub of the identity provider and STS, and a folder for files, for one comparison. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Stub } from '../workers/stub-server.ts'
import { messageOf, start } from './processes.ts'

export async function withStub(
  compare: (stub: Stub, directory: string) => Promise<void>,
): Promise<void> {
  const directory = mkdtempSync(path.join(tmpdir(), 'bench-'))
  const server = start('stub-server.ts', {})
  try {
    await compare(await messageOf<Stub>(server), directory)
  } finally {
    server.disconnect()
    rmSync(directory, { recursive: true })
  }
}
