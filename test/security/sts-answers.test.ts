/** STS endpoints that are broken or hostile: no credentials come of their answers, and none of their words reach a caller. */
import type { ServerResponse } from 'node:http'
import fc from 'fast-check'
import { afterAll, beforeAll, it } from 'vitest'
import { CREDENTIALS_XML as CREDENTIALS } from '../fixtures/sts-server.ts'
import { type Attack, type AttackTarget, CLASS_TIMEOUT, sendAll, sendGenerated } from './attack.ts'
import { DOORS } from './endpoint-forms.ts'
import { type BrokerTarget, startTarget } from './target.ts'

const UNAVAILABLE = ['upstream_unavailable']
const CANARY = 'canary-of-an-upstream'
/** The call's 5 s, and twice as much for a slow machine. */
const STS_MS = 15_000

let target: BrokerTarget
let token: string
beforeAll(async () => {
  target = await startTarget()
  token = await target.issuer.sign(target.claims())
})
afterAll(() => target.close())

/** Honest requests meet an honest STS again. */
const recovering = (): AttackTarget => ({
  ...target,
  askHonestly: () => {
    target.sts.respondWithCredentials()
    return target.askHonestly()
  },
})

function sts(
  name: string,
  codes: readonly string[],
  respond: (response: ServerResponse) => void,
): Attack {
  return {
    name,
    codes,
    answerCanaries: [CANARY],
    send: () => {
      target.sts.respondWith(respond)
      return target.ask('native', token)
    },
  }
}

const body =
  (text: string | Uint8Array, status = 200) =>
  (response: ServerResponse): void =>
    void response.writeHead(status, { 'content-type': 'text/xml' }).end(text)

const errorOf = (code: string) =>
  `<ErrorResponse><Error><Code>${code}</Code><Message>${CANARY}</Message></Error></ErrorResponse>`

it(
  'makes no credentials of an answer that is no answer of STS',
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
    const inKey = (text: string) => CREDENTIALS.replace('ASIA0123456789ABCDEF', text)
    await sendAll(
      task.meta,
      'STS: answers',
      recovering(),
      [
        sts('never answers', UNAVAILABLE, () => {}),
        sts('trickles', UNAVAILABLE, trickle),
        sts('never ends', UNAVAILABLE, endless),
        sts('hangs up', UNAVAILABLE, (response) => void response.destroy()),
        sts('hangs up midway', UNAVAILABLE, (response) => {
          response.writeHead(200, { 'content-length': '2000' })
          response.write(CREDENTIALS.slice(0, 700), () => response.destroy())
        }),
        ...[301, 302, 307, 500, 502, 503, 504].map((status) =>
          sts(`status ${status}`, UNAVAILABLE, body(errorOf('X'), status)),
        ),
        ...[400, 401, 403, 404, 413].map((status) =>
          sts(`status ${status}`, ['sts_rejected'], body(errorOf('X'), status)),
        ),
        sts('throttles', ['throttled'], body(errorOf('Throttling'), 400)),
        sts('throttles by status', ['throttled'], body('', 429)),
        sts('too large', ['policy_too_large'], body(errorOf('PackedPolicyTooLarge'), 400)),
        sts('a code of markup', ['sts_rejected'], body(errorOf('&lt;script&gt;'), 400)),
        sts('a code __proto__', ['sts_rejected'], body(errorOf('__proto__'), 400)),
        sts(
          'a message of 60 KB',
          ['sts_rejected'],
          body(errorOf('X').replace(CANARY, 'x'.repeat(60_000)), 400),
        ),
        sts('the token itself', ['sts_rejected'], body(errorOf('X').replace(CANARY, token), 400)),
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
        sts('credentials and 50 MB', UNAVAILABLE, body(CREDENTIALS.padEnd(50_000_000))),
        sts('credentials and 1 MB', UNAVAILABLE, body(`${CREDENTIALS}${' '.repeat(1_000_000)}`)),
        sts('an empty key', UNAVAILABLE, body(inKey(''))),
        sts(
          'a date that is none',
          UNAVAILABLE,
          body(CREDENTIALS.replace('2030-01-01T00:00:00Z', 'tomorrow')),
        ),
        sts('a year too far', UNAVAILABLE, body(CREDENTIALS.replace('2030', '99999'))),
        sts(
          '__proto__ elements',
          UNAVAILABLE,
          body(CREDENTIALS.replaceAll('Credentials>', '__proto__>')),
        ),
      ],
      STS_MS,
    )
  },
)

it('makes no credentials of half an answer, or of noise', CLASS_TIMEOUT, ({ task }) => {
  const end = CREDENTIALS.lastIndexOf('<')
  const cut = fc.nat({ max: end }).map((length) => body(CREDENTIALS.slice(0, length)))
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
    .map((name) => body(CREDENTIALS.replace(new RegExp(`<${name}>[^]*?</${name}>`), '')))
  const renamed = fc
    .tuple(fc.constantFrom(...members), fc.string())
    .map(([name, other]) =>
      body(CREDENTIALS.replaceAll(`${name}>`, `${other.replace(/\$/g, '')}>`)),
    )
  const attacks = fc
    .tuple(fc.oneof(cut, noise, without, renamed), fc.constantFrom(...DOORS.slice(0, 4)))
    .map(
      ([respond, door]): Attack => ({
        name: `at ${door}`,
        codes: UNAVAILABLE,
        answerCanaries: [CANARY],
        send: () => {
          target.sts.respondWith(respond)
          return target.ask(door, token)
        },
      }),
    )
  return sendGenerated(task.meta, 'STS: pieces and noise', recovering(), attacks, STS_MS)
})
