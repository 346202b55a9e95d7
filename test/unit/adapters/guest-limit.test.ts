/** How many new guests one network may get, and what counts as one network. */
import { describe, expect, it } from 'vitest'
import { createGuestLimit } from '../../../packages/functions/src/adapters/identity-pools/guest-limit.ts'
import { networkOf } from '../../../packages/functions/src/adapters/network-of.ts'

const HOUR_MS = 3_600_000

describe('createGuestLimit', () => {
  it('allows as many guests at once as in an hour, and then one at a time', () => {
    let now = 0
    const limit = createGuestLimit(() => now)
    const take = () => limit('pool', '203.0.113.7', 30)
    for (let guest = 0; guest < 30; guest++) expect(take()).toBeUndefined()
    expect(take()).toBe(120)
    now += 60_000
    expect(take()).toBe(60)
    now += 60_000
    expect([take(), take()]).toEqual([undefined, 120])
    now += 10 * HOUR_MS
    const later = Array.from({ length: 31 }, take)
    expect(later.indexOf(120)).toBe(30)
  })

  it('counts each network and each pool alone', () => {
    const limit = createGuestLimit(() => 0)
    expect([limit('a', '203.0.113.7', 1), limit('a', '203.0.113.7', 1)]).toEqual([undefined, 3600])
    expect(limit('b', '203.0.113.7', 1)).toBeUndefined()
    expect(limit('a', '203.0.113.8', 1)).toBeUndefined()
    expect(limit('a', '2001:db8::1', 1)).toBeUndefined()
    expect(limit('a', '2001:db8:0:0:ffff::2', 1)).toBe(3600)
    expect(limit('a', '2001:db8:0:1::2', 1)).toBeUndefined()
  })

  it('forgets the networks that were seen first, and so keeps at most 10,000', () => {
    const limit = createGuestLimit(() => 0)
    const take = (network: number) => limit('a', `10.${network >> 8}.${network & 255}.1`, 1)
    for (let network = 0; network < 10_001; network++) expect(take(network)).toBeUndefined()
    expect([take(10_000), take(0)]).toEqual([3600, undefined])
  })
})

describe('networkOf', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8::5', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['1::', '1:0:0:0::/64'],
    ['1:2:3::7:8', '1:2:3:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['unknown', 'unknown'],
    ['', ''],
  ])('of %j is %j', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})
