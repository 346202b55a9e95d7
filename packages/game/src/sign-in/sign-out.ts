/** Sign-out: nothing of the player stays on the device, in this tab or in others. */
import type { DeviceStore } from '../data/device-store.ts'

const CHANNEL = 'marsh.sign-out'

/**
 * Ends what is in flight, deletes everything that this origin stored, and starts the page again, so
 * that nothing stays in memory either.
 */
export async function leaveDevice(
  stores: readonly DeviceStore[],
  ending: AbortController,
): Promise<void> {
  // A channel stores nothing, so other tabs learn about it also if there was nothing to delete.
  const channel = new BroadcastChannel(CHANNEL)
  channel.postMessage('signed out')
  channel.close()
  await clearThisTab(stores, ending)
}

/** Other tabs of the game have tokens and credentials too. */
export function onSignOutElsewhere(stores: readonly DeviceStore[], ending: AbortController): void {
  const channel = new BroadcastChannel(CHANNEL)
  channel.addEventListener('message', () => void clearThisTab(stores, ending))
}

async function clearThisTab(stores: readonly DeviceStore[], ending: AbortController) {
  ending.abort()
  for (const store of stores) store.clearAndClose()
  await deleteBrowserStores().catch(() => undefined)
  location.replace('/')
}

/** What a page may have stored besides `localStorage` and `sessionStorage`. */
async function deleteBrowserStores(): Promise<void> {
  const databases = (await globalThis.indexedDB?.databases?.()) ?? []
  for (const { name } of databases) if (name !== undefined) indexedDB.deleteDatabase(name)
  // These two are there in secure contexts only.
  const names = (await globalThis.caches?.keys()) ?? []
  await Promise.all(names.map((name) => caches.delete(name)))
  const workers = (await navigator.serviceWorker?.getRegistrations()) ?? []
  await Promise.all(workers.map((worker) => worker.unregister()))
}
