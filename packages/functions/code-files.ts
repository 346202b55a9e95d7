/** The files beside `index.mjs`: the broker's code, and what V8 has compiled of it. */

/** The bundle with which every start begins. Not `index`: Lambda looks for the handler there. */
export const MAIN = 'broker'
export const CODE = codeFileOf(MAIN)

/** @param name of a bundle */
export function codeFileOf(name: string): string {
  return `${name}.cjs`
}

/**
 * A code cache is for the flags of V8 with which it was made. Lambda starts Node.js with
 * `--expose-gc`, all others without it.
 */
export function cacheFileOf(name: string, exposesGc: boolean): string {
  return exposesGc ? `${name}.expose-gc.cache` : `${name}.cache`
}
