/** Refuses to call identity providers at addresses that are not public, after name resolution. */
import type { LookupAddress, LookupOptions } from 'node:dns'
import type { ProxyEnv } from 'node:http'
import type { LookupFunction } from 'node:net'
import { classifyAddress } from './public-address.ts'

export interface AddressRule {
  /** For the local runtime. */
  readonly allowLoopback: boolean
  /** Hosts that may be at a private or loopback address, in lower case. */
  readonly privateHosts: ReadonlySet<string>
  /**
   * For programs on a user's machine. A proxy looks up names itself, so only addresses in URLs, and
   * hosts that are called directly, are checked here.
   */
  readonly proxy?: ProxyEnv | undefined
}

/** Returns all addresses of a host. */
export type ResolveName = (hostname: string, options: LookupOptions) => Promise<LookupAddress[]>

/** `message` continues a sentence that begins with the URL. */
export class RefusedAddress extends Error {}

/**
 * @param hostname as a `URL` has it
 * @throws {RefusedAddress}
 */
export function checkAddress(
  address: string,
  hostname: string,
  { allowLoopback, privateHosts }: AddressRule,
): void {
  const kind = classifyAddress(address)
  if (kind === 'public' || (kind === 'loopback' && allowLoopback)) return
  const where = `is at the ${kind} address ${address}, which is not called`
  if (kind === 'reserved') throw new RefusedAddress(where)
  if (!privateHosts.has(hostname))
    throw new RefusedAddress(
      `${where}; if this is intended, list its host in BROKER_PRIVATE_ISSUER_HOSTS`,
    )
}

/**
 * A look-up for `http.get`: the connection goes to the addresses that are checked here. A check
 * before the request would be followed by a second look-up, for which the name could point
 * elsewhere (DNS rebinding).
 */
export function createCheckedLookup(
  rule: AddressRule,
  resolveName: ResolveName = resolveByDns,
): LookupFunction {
  return (hostname, options, callback) => {
    resolveName(hostname, options)
      .then((addresses) => {
        for (const { address } of addresses) checkAddress(address, hostname, rule)
        return addresses
      })
      .then(
        (addresses) => {
          const [first] = addresses
          if (options.all || !first) callback(null, addresses)
          else callback(null, first.address, first.family)
        },
        (error: NodeJS.ErrnoException) => callback(error, []),
      )
  }
}

/** Loads `node:dns` at the first look-up: a start of the function does not need it. */
async function resolveByDns(hostname: string, options: LookupOptions): Promise<LookupAddress[]> {
  const { lookup } = await import('node:dns/promises')
  return lookup(hostname, { ...options, all: true })
}
