/** Reads events of CloudTrail from files and directories, also as AWS delivers them to a bucket. */
import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { UsageError } from '../../cli-error.ts'
import { refuseUnreadable } from '../../documents/unreadable.ts'
import { isGzip } from '../gzip.ts'
import { type FoundEvents, findEvents } from './event-text.ts'

/** AWS delivers files of a few megabytes. A hostile one must not fill the memory. */
const MAX_BYTES = 256 * 1024 * 1024
const NAME = /\.(?:json|jsonl|ndjson|log)(?:\.gz)?$/

/**
 * @param names one of them is in the text of each event that is wanted: a file without any is not
 *   parsed
 * @throws {UsageError} a file that cannot be read or is too large
 */
export async function* readCloudTrailFiles(
  paths: readonly string[],
  names: readonly string[],
): AsyncIterable<FoundEvents> {
  for (const one of paths)
    for (const file of await filesIn(one)) {
      const text = await readText(file)
      if (names.some((name) => text.includes(name))) yield findEvents(text)
    }
}

/** A trail has a folder for each day and Region. Its digest files have no events. */
async function filesIn(one: string): Promise<readonly string[]> {
  const entry = await stat(one).catch(refuseUnreadable(one, '--cloudtrail'))
  if (!entry.isDirectory()) return [one]
  const names = await readdir(one, { recursive: true }).catch(refuseUnreadable(one, '--cloudtrail'))
  const files = names.filter((name) => NAME.test(name)).sort()
  if (files.length > 0) return files.map((name) => path.join(one, name))
  throw new UsageError(
    `--cloudtrail: expected files such as .json.gz in ${one}, found none; name a file or another ` +
      'directory',
  )
}

async function readText(file: string): Promise<string> {
  const refuse = refuseUnreadable(file, '--cloudtrail')
  const { size } = await stat(file).catch(refuse)
  if (size > MAX_BYTES) throw tooLarge(file)
  const bytes = await readFile(file).catch(refuse)
  if (!isGzip(bytes)) return bytes.toString('utf8')
  try {
    const text = await promisify(gunzip)(bytes, { maxOutputLength: MAX_BYTES })
    return text.toString('utf8')
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(file)
    throw new UsageError(`--cloudtrail: ${file} is not complete as gzip; get the file again`)
  }
}

function tooLarge(file: string): UsageError {
  const limit = MAX_BYTES / 1024 / 1024
  return new UsageError(
    `--cloudtrail: ${file} has more than ${limit} MiB; split it into files with fewer events`,
  )
}
