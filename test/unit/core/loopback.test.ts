/** Which hosts are this machine itself, and to which URLs a secret may be sent. */
import { describe, expect, it } from 'vitest'
import { isLoopbackHost, isSecureUrl } from '../../../packages/core/src/model/loopback.ts'

const LOOPBACK = ['localhost', '[::1]', '127.0.0.1', '127.255.255.254', '127.0.0.0']
const OTHERS = [
  ...['localhost.', 'localhost.example', 'a.localhost', 'xlocalhost', 'LOCALHOST.EXAMPLE'],
  ...['127.0.0.1.example', '127.0.0', '127.0.0.1.1', '127.0.0.x', 'x127.0.0.1', '227.0.0.1'],
  ...['128.0.0.1', '0.0.0.0', '10.0.0.1', '::1', '[::]', '[::2]', '[::ffff:7f00:1]', ''],
]

describe('a host', () => {
  it.each(LOOPBACK)('%s is this machine', (host) => {
    expect(isLoopbackHost(host)).toBe(true)
  })

  it.each(OTHERS)('"%s" is not this machine', (host) => {
    expect(isLoopbackHost(host)).toBe(false)
  })
})

describe('a URL', () => {
  it.each([
    ['https://id.example', true],
    ['https://10.0.0.1', true],
    ['http://127.0.0.1:8787', true],
    ['http://localhost', true],
    ['http://2130706433', true],
    ['http://[::1]:1', true],
    ['http://id.example', false],
    ['http://localhost@id.example', false],
    ['http://127.0.0.1.example', false],
    ['ftp://localhost', false],
    ['file:///etc/passwd', false],
    ['ws://127.0.0.1', false],
  ])('%s is secure: %s', (url, isSecure) => {
    expect(isSecureUrl(new URL(url))).toBe(isSecure)
  })
})
