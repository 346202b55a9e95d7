/**
 * What the first view shows. It is asked as soon as this script runs, so that it arrives while the
 * elements of the page are defined.
 */
import { accessKey, takeKey } from './access-key.ts'
import { callServer } from './call-server.ts'
import { readRoute } from './router.ts'
import type { StartInfo, TenantPage, TenantSource } from './wire/index.ts'

let asked: Promise<StartInfo> | undefined
let known: StartInfo | undefined
let firstTenants: TenantPage | undefined

/** Which sources the console has. @throws {CallError} after which it is asked again */
export function startInfo(): Promise<StartInfo> {
  return ask(false)
}

/** @returns undefined before it arrived */
export function knownStart(): StartInfo | undefined {
  return known
}

/** What arrived with the page, once: later, the list is read again. */
export function takeFirstTenants(source: TenantSource): TenantPage | undefined {
  const taken = source === 'directory' ? firstTenants : undefined
  firstTenants = undefined
  return taken
}

function ask(tenants: boolean): Promise<StartInfo> {
  const address = location.hash
  asked ??= callServer('console/start', { tenants }).then(
    ({ firstTenants: found, ...start }) => {
      // Another view may have been opened meanwhile, and the list may be opened later.
      if (location.hash === address) firstTenants = found
      known = start
      return start
    },
    (error: unknown) => {
      asked = undefined
      throw error
    },
  )
  return asked
}

takeKey()
const { view, parts } = readRoute(location.hash)
const [source = 'directory', tenant] = parts
const isTenants = accessKey() !== '' && ['', 'tenants'].includes(view)

/** Ends with an answer or without one: the view asks again, and says why. */
export const firstAnswer: Promise<unknown> = isTenants
  ? ask(source === 'directory' && tenant === undefined).catch(() => undefined)
  : Promise.resolve()
