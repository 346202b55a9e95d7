/** The credentials' cache on disk, shared by all commands of one user. */
import { createHash } from 'node:crypto'
import path from 'node:path'
import { parseCredentials, type SessionCredentials } from './credentials.ts'
import { parseObject, textOf } from './json.ts'
import { type Lock, takeLock } from './lock.ts'
import type { SessionOptions } from './options.ts'
import {
  openPrivateDirectory,
  readPrivateFile,
  sweepDirectory,
  writePrivateFile,
} from './private-files.ts'
import { SessionError } from './session-error.ts'

export interface CredentialCache {
  read(): Promise<SessionCredentials | undefined>
  write(credentials: SessionCredentials): Promise<void>
  lock(): Promise<Lock>
  /** Why the last request failed, if it ended after `sinceMs`: for those who waited for that very request. */
  readFailure(sinceMs: number): Promise<SessionError | undefined>
  writeFailure(failure: SessionError): Promise<void>
}

/** @throws where the directory cannot be used */
export async function openCache(
  directory: string,
  options: SessionOptions,
  sourceDigest: string,
): Promise<CredentialCache> {
  await openPrivateDirectory(directory)
  const file = path.join(directory, keyOf(options, sourceDigest))
  return {
    read: async () => parseCredentials(parseObject((await readPrivateFile(`${file}.json`)) ?? '')),
    write: async (credentials) => {
      await writePrivateFile(`${file}.json`, JSON.stringify(credentials))
      await sweepDirectory(directory, Date.now())
    },
    lock: () => takeLock(`${file}.lock`),
    readFailure: async (sinceMs) => {
      const given = parseObject((await readPrivateFile(`${file}.failure`)) ?? '')
      const code = textOf(given?.code)
      const message = textOf(given?.message)
      if (!code || !message || typeof given?.atMs !== 'number' || given.atMs < sinceMs)
        return undefined
      return given.atMs <= Date.now()
        ? new SessionError(code, message, given.passing === true)
        : undefined
    },
    writeFailure: ({ code, message, passing }) =>
      writePrivateFile(
        `${file}.failure`,
        JSON.stringify({ code, message, passing, atMs: Date.now() }),
      ),
  }
}

/** A digest, so that neither tenants nor grants can be read, nor paths be made, from names. */
function keyOf(options: SessionOptions, sourceDigest: string): string {
  const { endpoint, tenant, grant, durationSeconds, statements } = options
  const parts = ['v1', endpoint, tenant, grant, durationSeconds, statements, sourceDigest]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
