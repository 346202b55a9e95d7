/**
 * The `index.mjs` of the broker: runs its code, and each bundle that is loaded lazily, with the V8
 * code caches that the build made of them.
 *
 * Compiling the code takes longer than the rest of a start. V8 checks that a cache is of its own
 * version, its own build and the same flags, and otherwise compiles as if there were none.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Script } from 'node:vm'
import { cacheFileOf, codeFileOf, MAIN } from '../../code-files.ts'

type Exports = Pick<typeof import('./broker.ts'), 'handler' | 'createBroker'>
type Run = (
  module: { exports: object },
  directory: string,
  /** Loads another bundle: a script of `node:vm` cannot import by itself. */
  importBundle: (specifier: string) => Promise<object>,
) => void

const directory = import.meta.dirname
const scripts = new Map<string, Script>()
const loaded = new Map<string, object>()

function readCache(name: string): Buffer | undefined {
  try {
    return readFileSync(path.join(directory, cacheFileOf(name, globalThis.gc !== undefined)))
  } catch {
    return undefined
  }
}

/** The build writes ASCII, and encloses the code in a function of {@link Run}. */
function load(name: string): object {
  const known = loaded.get(name)
  if (known) return known
  const filename = path.join(directory, codeFileOf(name))
  const cachedData = readCache(name)
  const script = new Script(readFileSync(filename, 'latin1'), { filename, cachedData })
  const module = { exports: {} }
  const run: Run = script.runInThisContext()
  run(module, directory, async (specifier) => load(path.basename(specifier, '.mjs')))
  scripts.set(name, script)
  loaded.set(name, module.exports)
  return module.exports
}

export const { handler, createBroker } = load(MAIN) as Exports
/** False: V8 did not accept the cache, or there is none. */
export const usesCodeCache = isCached(MAIN)
/** @returns undefined for a bundle that has not been loaded */
export function isCached(name: string): boolean | undefined {
  const script = scripts.get(name)
  return script && script.cachedDataRejected === false
}
/** For the build, which makes the caches of what has run. */
export const createCodeCaches = (): [name: string, cache: Buffer][] =>
  [...scripts].map(([name, script]) => [name, script.createCachedData()])
