/**
 * Linked identities in a file, for the local runtime (`npm start -- --data DIR`). Each write is one
 * line at its end, and is on the disk before it takes effect. What a crash left of a last line is
 * removed. One process at a time may use the file.
 */
import { fsyncSync, ftruncateSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { isObject } from '@token-broker/core/strict-json'
import { createIdentitiesInMemory, type WrittenItem } from './identities-in-memory.ts'
import type { IdentityTable } from './identity-table.ts'
import { isLinkingItem } from './link-item.ts'

/** @throws {Error} where the file cannot be opened, or a line of it is not one of ours */
export function openIdentitiesInFile(file: string): IdentityTable {
  const descriptor = openSync(file, 'a+', 0o600)
  const text = readFileSync(file, 'utf8')
  const complete = text.slice(0, text.lastIndexOf('\n') + 1)
  const lines = complete.split('\n').slice(0, -1)
  const written = lines.map((line, index) => readLine(line, `${file}:${index + 1}`))
  let bytes = Buffer.byteLength(complete)
  ftruncateSync(descriptor, bytes)
  return createIdentitiesInMemory(written, (item) => {
    const line = `${JSON.stringify(item)}\n`
    try {
      writeFileSync(descriptor, line)
      fsyncSync(descriptor)
    } catch (error) {
      // A full disk may have taken a part of the line.
      ftruncateSync(descriptor, bytes)
      throw error
    }
    bytes += Buffer.byteLength(line)
  })
}

function readLine(line: string, place: string): WrittenItem {
  const value: unknown = JSON.parse(line)
  if (isWrittenItem(value)) return value
  throw new Error(`${place}: expected an item of linked identities; move the file away`)
}

function isWrittenItem(value: unknown): value is WrittenItem {
  if (!isObject(value) || !isObject(value.name) || !isObject(value.stored)) return false
  const { kind, name } = value.name
  const { version, item } = value.stored
  const isNamed = typeof value.pool === 'string' && typeof name === 'string'
  return isNamed && typeof version === 'number' && isLinkingItem(item) && item.kind === kind
}
