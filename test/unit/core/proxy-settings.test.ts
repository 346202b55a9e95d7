/** The proxy of the environment, and what is called without it. */
import { expect, it } from 'vitest'
import { readProxySettings } from '../../../packages/core/src/model/proxy-settings.ts'

const LOOPBACK = 'localhost,127.0.0.1,[::1],::1'

it.each<[what: string, environment: Record<string, string>, settings: object | undefined]>([
  ['nothing', {}, undefined],
  ['only what is called directly', { NO_PROXY: 'a.example' }, undefined],
  ['an empty proxy', { HTTPS_PROXY: '', http_proxy: '' }, undefined],
  ['one for https', { HTTPS_PROXY: 'p:1' }, { HTTPS_PROXY: 'p:1', NO_PROXY: LOOPBACK }],
  ['one for http', { HTTP_PROXY: 'p:2' }, { HTTP_PROXY: 'p:2', NO_PROXY: LOOPBACK }],
  [
    'two, and what is called directly',
    { HTTPS_PROXY: 'p:1', HTTP_PROXY: 'p:2', NO_PROXY: 'a.example' },
    { HTTPS_PROXY: 'p:1', HTTP_PROXY: 'p:2', NO_PROXY: `a.example,${LOOPBACK}` },
  ],
  [
    'names in lower case, which come first',
    { HTTPS_PROXY: 'p:1', https_proxy: 'p:3', NO_PROXY: 'a.example', no_proxy: 'b.example' },
    { HTTPS_PROXY: 'p:3', NO_PROXY: `b.example,${LOOPBACK}` },
  ],
  [
    'an empty name in lower case, which counts as none',
    { HTTPS_PROXY: 'p:1', https_proxy: '', NO_PROXY: '' },
    { HTTPS_PROXY: 'p:1', NO_PROXY: LOOPBACK },
  ],
])('an environment has %s', (_, environment, settings) => {
  expect(readProxySettings(environment)).toStrictEqual(settings)
})
