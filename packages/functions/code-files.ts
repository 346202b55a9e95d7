/** The files beside `index.mjs`: the broker's code, and what V8 has compiled of it. */

/** Not `index.cjs`, because Lambda looks for the handler in any file of that name. */
export const CODE = 'broker.cjs'

/**
 * A code cache is for the flags of V8 with which it was made. Lambda starts Node.js with
 * `--expose-gc`, all others without it.
 */
export function cacheFileOf(exposesGc: boolean): string {
  return exposesGc ? 'broker.expose-gc.cache' : 'broker.cache'
}
