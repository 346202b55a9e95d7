/**
 * What the page keeps on the device. After sign-out nothing more is written: a response that is
 * late must not bring back what was deleted.
 */

/** The part of `localStorage` and `sessionStorage` that is used. */
export interface WebStorage {
  readonly length: number
  key(index: number): string | null
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
  clear(): void
}

export interface DeviceStore {
  get(key: string): string | undefined
  /** @returns false if the device did not keep it: it is full, or the store is closed */
  set(key: string, value: string): boolean
  remove(key: string): void
  keys(): readonly string[]
  /** Deletes everything, also what others stored for this origin, and closes the store. */
  clearAndClose(): void
}

export function createDeviceStore(storage: WebStorage): DeviceStore {
  let isClosed = false
  return {
    get: (key) => storage.getItem(key) ?? undefined,
    set(key, value) {
      if (isClosed) return false
      try {
        storage.setItem(key, value)
        return true
      } catch {
        // The quota is exceeded, or the user does not allow storage.
        return false
      }
    },
    remove: (key) => storage.removeItem(key),
    keys: () =>
      Array.from({ length: storage.length }, (_, index) => storage.key(index)).filter(
        (key) => key !== null,
      ),
    clearAndClose() {
      isClosed = true
      storage.clear()
    },
  }
}
