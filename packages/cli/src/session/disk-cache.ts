/** The cache of credentials on disk, shared by all commands of one user. */
import { createHash } from 'node:crypto'
import path from 'node:path'
import { printMessage, type Terminal } from '../terminal.ts'
import { nonEmptyString, parseObject } from './json.ts'
import {
  openPrivateDirectory,
  readPrivateFile,
  sweepDirectory,
  writePrivateFile,
} from './private-files.ts'
import { parseCredentials, type SessionCredentials } from './session-credentials.ts'
import { SessionError } from './session-error.ts'
import type { SessionOptions } from './session-options.ts'

export interface CredentialCache {
  readonly lockFile: string
  read(): SessionCredentials | undefined
  write(credentials: SessionCredentials): void
  /** The last request's error, if it ended after `sinceMs`: for processes that waited for it. */
  readFailure(sinceMs: number): SessionError | undefined
  writeFailure(failure: SessionError): void
}

/** @throws where the directory cannot be used */
export function openCache(
  directory: string,
  options: SessionOptions,
  sourceDigest: string,
): CredentialCache {
  openPrivateDirectory(directory)
  const file = path.join(directory, digestOf(options, sourceDigest))
  return {
    lockFile: `${file}.lock`,
    read: () => parseCredentials(parseObject(readPrivateFile(`${file}.json`) ?? '')),
    write: (credentials) => {
      writePrivateFile(`${file}.json`, JSON.stringify(credentials))
      sweepDirectory(directory, Date.now())
    },
    readFailure: (sinceMs) => {
      const stored = parseObject(readPrivateFile(`${file}.failure`) ?? '')
      const code = nonEmptyString(stored?.code)
      const message = nonEmptyString(stored?.message)
      if (!code || !message || typeof stored?.atMs !== 'number' || stored.atMs < sinceMs)
        return undefined
      return stored.atMs <= Date.now()
        ? new SessionError(code, message, stored.isTemporary === true)
        : undefined
    },
    writeFailure: ({ code, message, isTemporary }) =>
      writePrivateFile(
        `${file}.failure`,
        JSON.stringify({ code, message, isTemporary, atMs: Date.now() }),
      ),
  }
}

/** A digest, so that a name never becomes part of a path and the directory lists no tenants. */
function digestOf(options: SessionOptions, sourceDigest: string): string {
  const { endpoint, tokenType, actorTokenType, tenant, grant, durationSeconds } = options
  const narrowing = [durationSeconds, options.statements, options.policy]
  const types = [tokenType, actorTokenType]
  const parts = ['v4', endpoint, ...types, tenant, grant, ...narrowing, sourceDigest]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

/** A full disk or a read-only home directory disables the cache, but not the command. */
export async function tryCache<Value>(
  terminal: Terminal,
  step: () => Value | Promise<Value>,
): Promise<Value | undefined> {
  try {
    return await step()
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown'
    printMessage(terminal, `the cache cannot be used: ${reason}`)
    return undefined
  }
}
