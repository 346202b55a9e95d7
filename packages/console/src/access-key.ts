/**
 * The access key of this start of the console. The terminal prints it in the fragment of a URL,
 * which browsers send to no server. The page moves it to the storage of this tab at once, so that
 * neither the address bar nor the history has it.
 */

const STORED = 'access-key'
const IN_FRAGMENT = /^#key=([\w-]{20,})$/

let current = ''

/** Once, before anything else: neither the address nor the history may keep the key. */
export function takeKey(): void {
  const found = IN_FRAGMENT.exec(location.hash)?.[1]
  if (found === undefined) {
    current = sessionStorage.getItem(STORED) ?? ''
    return
  }
  current = found
  history.replaceState(null, '', `${location.pathname}#/tenants`)
  // Only this tab, only this origin (the port is part of it), and only until the tab is closed.
  // After the first call of the page, which the first access to the storage would delay.
  queueMicrotask(() => sessionStorage.setItem(STORED, found))
}

/** Empty where the tab has none. */
export function accessKey(): string {
  return current
}
