/** Which proxy a call goes through: what the program says is what Node.js does. */

/** Which proxy a call goes through: what the program says is what Node.js does. */
import http, { get } from 'node:http'
import { afterAll, expect, it } from 'vitest'
import { proxyOf, shownProxy } from '../../../packages/cli/src/checks/proxy-of-url.ts'
import { startServer } from '../../fixtures/http-server.ts'
import { runCli } from './run-cli.ts'

let used = 0
const proxy = await startServer((_, response) => {
  used++
  response.end()
})
const target = await startServer((_, response) => response.end())
afterAll(() => Promise.all([proxy.close(), target.close()]))
const { port } = new URL(target.url)

it.each([
  ['', true],
  ['*', false],
  ['127.0.0.1', false],
  ['127.0.0.2', true],
  [`127.0.0.1:${port}`, false],
  ['127.0.0.1:1', true],
  ['127.0.0.0-127.0.0.9', false],
  ['127.0.0.2-127.0.0.9', true],
  ['other.example, 127.0.0.1', false],
  ['.0.0.1', false],
  ['*.0.0.1', false],
  ['0.0.1', true],
])('NO_PROXY=%s', async (NO_PROXY, isProxied) => {
  const settings = { HTTP_PROXY: proxy.url, NO_PROXY }
  used = 0
  await new Promise<void>((resolve, reject) => {
    const agent = new http.Agent({ proxyEnv: settings })
    get(target.url, { agent }, (response) => {
      response.resume().on('end', () => {
        agent.destroy()
        resolve()
      })
    }).on('error', reject)
  })
  expect(used > 0).toBe(isProxied)
  expect(proxyOf(new URL(target.url), settings)).toBe(isProxied ? proxy.url : undefined)
})

it('distinguishes http and https, and hides passwords', () => {
  const settings = { HTTPS_PROXY: 'http://user:canary@proxy.example:3128', NO_PROXY: '[::1]' }
  expect(proxyOf(new URL('http://id.example'), settings)).toBeUndefined()
  expect(proxyOf(new URL('https://id.example'), settings)).toBe(settings.HTTPS_PROXY)
  expect(proxyOf(new URL('https://[::1]'), settings)).toBeUndefined()
  expect(proxyOf(new URL('https://id.example'), undefined)).toBeUndefined()
  expect(shownProxy(settings.HTTPS_PROXY)).toBe('http://proxy.example:3128')
})

it('is refused where it is no URL, without its password', async () => {
  const env = { PATH: process.env.PATH, HTTPS_PROXY: 'user:canary@proxy.example' }
  const { code, stderr } = await runCli(['--version'], '', env)
  expect(code).toBe(1)
  expect(stderr).toMatch(/^token-broker: HTTPS_PROXY or HTTP_PROXY is not a URL; write it with/)
  expect(stderr).not.toContain('canary')
})
