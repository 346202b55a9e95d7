/**
 * Broken or hostile STS endpoints: no credentials are issued, and callers get none of their text.
 */
import type { ServerResponse } from 'node:http'
import fc from 'fast-check'
import { it } from 'vitest'
import { CREDENTIALS_XML } from '../fixtures/index.ts'
import { type Attack, CLASS_TIMEOUT, sendAll, sendGenerated } from './attack.ts'
import { ENDPOINTS } from './endpoint-requests.ts'
import { body, CANARY, startHostileSts, stsErrorXml } from './hostile-sts.ts'

const { target, token, recovering, sts } = await startHostileSts()
const UNAVAILABLE = ['upstream_unavailable']
/** The timeout of the call is 5 s; the rest is for a slow machine. */
const STS_MS = 15_000

it(
  'issues no credentials for a response that is not one of STS',
  CLASS_TIMEOUT,
  async ({ task }) => {
    const entities = Array.from(
      { length: 12 },
      (_, n) => `<!ENTITY e${n} "${(n === 0 ? 'lol' : `&e${n - 1};`).repeat(10)}">`,
    )
    const endless = (response: ServerResponse) => {
      const piece = Buffer.alloc(64 * 1024, '<a>')
      const write = () => {
        while (!response.destroyed && response.write(piece));
      }
      response.on('drain', write)
      write()
    }
    const trickle = (response: ServerResponse) => {
      const timer = setInterval(() => response.write(' '), 100)
      response.on('close', () => clearInterval(timer))
    }
    const inKey = (text: string) => CREDENTIALS_XML.replace('ASIA0123456789ABCDEF', text)
    await sendAll(
      task.meta,
      'STS: responses',
      recovering,
      [
        sts('never responds', UNAVAILABLE, () => {}),
        sts('trickles', UNAVAILABLE, trickle),
        sts('never ends', UNAVAILABLE, endless),
        sts('hangs up', UNAVAILABLE, (response) => void response.destroy()),
        sts('hangs up midway', UNAVAILABLE, (response) => {
          response.writeHead(200, { 'content-length': '2000' })
          response.write(CREDENTIALS_XML.slice(0, 700), () => response.destroy())
        }),
        ...[301, 302, 307, 500, 502, 503, 504].map((status) =>
          sts(`status ${status}`, UNAVAILABLE, body(stsErrorXml('X'), status)),
        ),
        ...[400, 401, 403, 404, 413].map((status) =>
          sts(`status ${status}`, ['sts_rejected'], body(stsErrorXml('X'), status)),
        ),
        sts('throttles', ['throttled'], body(stsErrorXml('Throttling'), 400)),
        sts('throttles by status', ['throttled'], body('', 429)),
        sts('too large', ['policy_too_large'], body(stsErrorXml('PackedPolicyTooLarge'), 400)),
        sts('a code with markup', ['sts_rejected'], body(stsErrorXml('&lt;script&gt;'), 400)),
        sts('a code __proto__', ['sts_rejected'], body(stsErrorXml('__proto__'), 400)),
        sts(
          'a message of 60 KB',
          ['sts_rejected'],
          body(stsErrorXml('X').replace(CANARY, 'x'.repeat(60_000)), 400),
        ),
        sts(
          'the token itself',
          ['sts_rejected'],
          body(stsErrorXml('X').replace(CANARY, token), 400),
        ),
        ...[
          '',
          '{}',
          'null',
          '<html>',
          '<',
          '<a',
          '<a>',
          '</a>',
          '<!--',
          '<![CDATA[',
          '\0',
          '&#0;',
          '\uFEFF',
        ].map((text) => sts(`body ${text}`, UNAVAILABLE, body(text))),
        ...[
          `${'<a>'.repeat(20_000)}`,
          `${'<a>'.repeat(9_000)}${'</a>'.repeat(9_000)}`,
          '<'.repeat(60_000),
        ].map((text) => sts(`deep ${text.length}`, UNAVAILABLE, body(text))),
        sts(
          'entity bomb',
          UNAVAILABLE,
          body(`<!DOCTYPE a [${entities.join('')}]>${inKey('&e11;')}`),
        ),
        sts(
          'external entity',
          UNAVAILABLE,
          body(`<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>${inKey('&x;')}`),
        ),
        sts('credentials and 50 MB', UNAVAILABLE, body(CREDENTIALS_XML.padEnd(50_000_000))),
        sts(
          'credentials and 1 MB',
          UNAVAILABLE,
          body(`${CREDENTIALS_XML}${' '.repeat(1_000_000)}`),
        ),
        sts('an empty key', UNAVAILABLE, body(inKey(''))),
        sts(
          'an invalid date',
          UNAVAILABLE,
          body(CREDENTIALS_XML.replace('2030-01-01T00:00:00Z', 'tomorrow')),
        ),
        sts('a year too far', UNAVAILABLE, body(CREDENTIALS_XML.replace('2030', '99999'))),
        sts(
          '__proto__ elements',
          UNAVAILABLE,
          body(CREDENTIALS_XML.replaceAll('Credentials>', '__proto__>')),
        ),
      ],
      STS_MS,
    )
  },
)

it('issues no credentials for an incomplete or random response', CLASS_TIMEOUT, ({ task }) => {
  const end = CREDENTIALS_XML.lastIndexOf('<')
  const cut = fc.nat({ max: end }).map((length) => body(CREDENTIALS_XML.slice(0, length)))
  const noise = fc
    .uint8Array({ maxLength: 2_000 })
    .map((bytes) => body(Buffer.concat([Buffer.from(CANARY), bytes])))
  const members = [
    'Arn',
    'AccessKeyId',
    'SecretAccessKey',
    'SessionToken',
    'Expiration',
    'Credentials',
    'AssumedRoleUser',
  ]
  const without = fc
    .constantFrom(...members)
    .map((name) => body(CREDENTIALS_XML.replace(new RegExp(`<${name}>[^]*?</${name}>`), '')))
  const renamed = fc
    .tuple(fc.constantFrom(...members), fc.string())
    .map(([name, other]) =>
      body(CREDENTIALS_XML.replaceAll(`${name}>`, `${other.replace(/\$/g, '')}>`)),
    )
  const attacks = fc
    .tuple(fc.oneof(cut, noise, without, renamed), fc.constantFrom(...ENDPOINTS.slice(0, 4)))
    .map(
      ([respond, endpoint]): Attack => ({
        name: `at ${endpoint}`,
        codes: UNAVAILABLE,
        responseCanaries: [CANARY],
        send: () => {
          target.sts.respondWith(respond)
          return target.request(endpoint, token)
        },
      }),
    )
  return sendGenerated(task.meta, 'STS: pieces and noise', recovering, attacks, STS_MS)
})
