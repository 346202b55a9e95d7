/**
 * The access key of this start of the console. The terminal prints it in the fragment of a URL,
 * which browsers send to no server. The page moves it to the storage of this tab at once, so that
 * neither the address bar nor the history has it.
 */

const STORED = 'access-key'
const IN_FRAGMENT = /^#key=([\w-]{20,})$/

export function takeKey(): void {
  const found = IN_FRAGMENT.exec(location.hash)?.[1]
  if (found === undefined) return
  // Only this tab, only this origin (the port is part of it), and only until the tab is closed.
  sessionStorage.setItem(STORED, found)
  history.replaceState(null, '', `${location.pathname}#/tenants`)
}

export function accessKey(): string {
  return sessionStorage.getItem(STORED) ?? ''
}
