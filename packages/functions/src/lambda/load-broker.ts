/**
 * The `index.mjs` of the broker: runs its code with the V8 code cache that the build made of it.
 *
 * Compiling the code takes longer than the rest of a start. V8 checks that the cache is of its own
 * version, its own build and the same flags, and otherwise compiles as if there were none.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Script } from 'node:vm'
import { CODE, cacheFileOf } from '../../code-files.ts'

type Exports = Pick<typeof import('./broker.ts'), 'handler' | 'createBroker'>
type Run = (
  module: { exports: Exports | undefined },
  directory: string,
  /** Imports a bundle that is loaded lazily: a script of `node:vm` cannot import by itself. */
  importBundle: (specifier: string) => Promise<unknown>,
) => void

const directory = import.meta.dirname
const filename = path.join(directory, CODE)

function readCache(): Buffer | undefined {
  try {
    return readFileSync(path.join(directory, cacheFileOf(globalThis.gc !== undefined)))
  } catch {
    return undefined
  }
}

/** The build writes ASCII, and encloses the code in a function of {@link Run}. */
const script = new Script(readFileSync(filename, 'latin1'), {
  filename,
  cachedData: readCache(),
})
const module: { exports: Exports | undefined } = { exports: undefined }
const run: Run = script.runInThisContext()
run(module, directory, (specifier) => import(new URL(specifier, import.meta.url).href))

/** False: V8 did not accept the cache, or there is none. */
export const usesCodeCache = script.cachedDataRejected === false
export const { handler, createBroker } = module.exports as Exports
/** For the build, which makes the cache of what has run. */
export const createCodeCache = () => script.createCachedData()
