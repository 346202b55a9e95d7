/** Which addresses are public: every range of the IANA registries, at both of its ends. */
import { describe, expect, it } from 'vitest'
import { classifyAddress } from '../../../packages/functions/src/adapters/verifiers/public-address.ts'

/** First address, last address, kind. */
const IPV4 = [
  ['0.0.0.0', '0.255.255.255', 'reserved'],
  ['1.0.0.0', '9.255.255.255', 'public'],
  ['10.0.0.0', '10.255.255.255', 'private'],
  ['11.0.0.0', '100.63.255.255', 'public'],
  ['100.64.0.0', '100.127.255.255', 'private'],
  ['100.128.0.0', '126.255.255.255', 'public'],
  ['127.0.0.0', '127.255.255.255', 'loopback'],
  ['128.0.0.0', '169.253.255.255', 'public'],
  ['169.254.0.0', '169.254.255.255', 'reserved'],
  ['169.254.169.254', '169.254.170.2', 'reserved'],
  ['169.255.0.0', '172.15.255.255', 'public'],
  ['172.16.0.0', '172.31.255.255', 'private'],
  ['172.32.0.0', '191.255.255.255', 'public'],
  ['192.0.0.0', '192.0.0.255', 'reserved'],
  ['192.0.1.0', '192.0.1.255', 'public'],
  ['192.0.2.0', '192.0.2.255', 'reserved'],
  ['192.0.3.0', '192.88.98.255', 'public'],
  ['192.88.99.0', '192.88.99.255', 'reserved'],
  ['192.88.100.0', '192.167.255.255', 'public'],
  ['192.168.0.0', '192.168.255.255', 'private'],
  ['192.169.0.0', '198.17.255.255', 'public'],
  ['198.18.0.0', '198.19.255.255', 'reserved'],
  ['198.20.0.0', '198.51.99.255', 'public'],
  ['198.51.100.0', '198.51.100.255', 'reserved'],
  ['198.51.101.0', '203.0.112.255', 'public'],
  ['203.0.113.0', '203.0.113.255', 'reserved'],
  ['203.0.114.0', '223.255.255.255', 'public'],
  ['224.0.0.0', '255.255.255.255', 'reserved'],
] as const

describe.each(IPV4)('%s to %s', (first, last, kind) => {
  it.each(['', '::ffff:', '64:ff9b::', '0:0:0:0:0:FFFF:'])(
    `with the prefix "%s": ${kind}`,
    (prefix) => {
      expect([first, last].map((address) => classifyAddress(prefix + address))).toEqual([
        kind,
        kind,
      ])
    },
  )
})

it.each([
  ['::', 'reserved'],
  ['::1', 'loopback'],
  ['::2', 'reserved'],
  ['::10.0.0.1', 'reserved'],
  ['::ffff:a9fe:a9fe', 'reserved'],
  ['::ffff:0:10.0.0.1', 'reserved'],
  ['64:ff9b::a9fe:a9fe', 'reserved'],
  ['64:ff9b:1::808:808', 'reserved'],
  ['100::1', 'reserved'],
  ['1fff:ffff::1', 'reserved'],
  ['2000::1', 'public'],
  ['2001::1', 'reserved'],
  ['2001:1ff:ffff::1', 'reserved'],
  ['2001:200::1', 'public'],
  ['2001:db7:ffff::1', 'public'],
  ['2001:db8::1', 'reserved'],
  ['2001:db9::1', 'public'],
  ['2001:4860:4860::8888', 'public'],
  ['2002::1', 'reserved'],
  ['2002:a00:1::1', 'reserved'],
  ['2003::1', 'public'],
  ['3ffe:ffff::1', 'public'],
  ['3fff::1', 'reserved'],
  ['3fff:fff:ffff::1', 'reserved'],
  ['3fff:1000::1', 'public'],
  ['4000::1', 'reserved'],
  ['5f00::1', 'reserved'],
  ['fbff::1', 'reserved'],
  ['fc00::1', 'private'],
  ['fd00:ec1::1', 'private'],
  ['fd00:ec2::254', 'reserved'],
  ['fd00:ec2::253', 'reserved'],
  ['fd00:ec3::1', 'private'],
  ['fdff:ffff::1', 'private'],
  ['fe00::1', 'reserved'],
  ['fe80::1', 'reserved'],
  ['fe80::1%eth0', 'reserved'],
  ['2001:200::1%eth0', 'reserved'],
  ['fec0::1', 'reserved'],
  ['ff02::1', 'reserved'],
  ['FD12::1', 'private'],
])('%s is %s', (address, kind) => {
  expect(classifyAddress(address)).toBe(kind)
})

it.each(['', 'localhost', 'id.example', '[::1]', '1.2.3', '0x7f.0.0.1', '127.0.0.1 ', '1.2.3.4/8'])(
  'what is not an address is reserved: "%s"',
  (text) => {
    expect(classifyAddress(text)).toBe('reserved')
  },
)
