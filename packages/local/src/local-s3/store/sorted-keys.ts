/** Keys in the order of their UTF-8 bytes, in which S3 lists them. */

export interface SortedKeys {
  /** The key is not there yet. */
  add(key: string): void
  remove(key: string): void
  /** From the first that is not before `start`. Keys that are added meanwhile may be left out. */
  from(start: string): IterableIterator<string>
}

/** @param keys sorted; they become part of the result */
export function createSortedKeys(keys: string[]): SortedKeys {
  return {
    add(key) {
      keys.splice(positionOf(keys, key), 0, key)
    },
    remove(key) {
      const at = positionOf(keys, key)
      if (keys[at] === key) keys.splice(at, 1)
    },
    *from(start) {
      for (let at = positionOf(keys, start); at < keys.length; at++) yield keys[at] ?? ''
    },
  }
}

/**
 * JavaScript compares UTF-16 code units, in which U+FFFD comes after U+10000. The order of UTF-8
 * bytes is that of code points.
 */
export function compareUtf8(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  for (let at = 0; at < length; at++) {
    const [a, b] = [left.charCodeAt(at), right.charCodeAt(at)]
    if (a !== b) return rank(a) - rank(b)
  }
  return left.length - right.length
}

/** Surrogates stand for code points above all others. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}

/** Where the first key that is not before this one is. */
function positionOf(keys: readonly string[], key: string): number {
  let [low, high] = [0, keys.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareUtf8(keys[middle] ?? '', key) < 0) low = middle + 1
    else high = middle
  }
  return low
}
