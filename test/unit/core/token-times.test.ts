/** Refusals over a token's times say what was found, how far away it is, and what to do. */
import { expect, it } from 'vitest'
import { createTrace } from '../../../packages/core/src/model/trace.ts'
import {
  checkLifetime,
  parseSubjectToken,
} from '../../../packages/core/src/verify/subject-token.ts'

const NOW = Date.parse('2026-11-26T05:21:30Z')
const at = (time: string) => Date.parse(time) / 1000

/** What a caller reads in place of the setting. */
const RULES: Readonly<Record<string, string>> = {
  'The token has expired': ', and must be in the future',
  'The token is too old': ', and must be more recent',
  'The token was issued in the future': ', and must be in the past',
  'The token is not valid yet': ', and must be in the past',
}

it.each([
  [
    { iat: at('2026-11-26T04:09:18Z'), exp: at('2026-11-26T05:09:18Z') },
    'token_expired',
    'The token has expired: exp 2026-11-26T05:09:18Z is 12 min ago',
    ', and clockTolerance is 30 s',
    '; get a new token from the issuer.',
  ],
  [
    { iat: at('2026-11-20T05:21:30Z'), exp: at('2026-11-27T05:21:30Z') },
    'token_expired',
    'The token is too old: iat 2026-11-20T05:21:30Z is 6 d ago',
    ', and maxTokenAge is 86400 s',
    '; get a new token from the issuer.',
  ],
  [
    { iat: at('2026-11-26T05:22:30Z'), exp: at('2026-11-27T05:21:30Z') },
    'invalid_token',
    'The token was issued in the future: iat 2026-11-26T05:22:30Z is in 1 min',
    ', and clockTolerance is 30 s',
    '; compare the clocks.',
  ],
  [
    { iat: NOW / 1000, nbf: at('2026-11-26T08:21:30Z'), exp: at('2026-11-27T05:21:30Z') },
    'invalid_token',
    'The token is not valid yet: nbf 2026-11-26T08:21:30Z is in 3 h',
    ', and clockTolerance is 30 s',
    '; compare the clocks.',
  ],
])('%o: %s', (times, code, what, setting, advice) => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = part({ iss: 'https://id.example', sub: 'alice', ...times })
  const token = parseSubjectToken(`${part({ alg: 'RS256' })}.${claims}.AAAA`, createTrace())
  const profile = {
    issuer: 'https://id.example',
    keys: { from: 'discovery' },
    algorithms: ['RS256'],
    types: ['jwt'],
    maxTokenAgeSeconds: 86_400,
    clockToleranceSeconds: 30,
  } as const
  const check = () => checkLifetime(token, profile, NOW, createTrace())
  // The caller knows its own token, and not the settings of the document.
  const texts = {
    message: `${what}${setting}${advice}`,
    callerMessage: `${what}${RULES[what.split(':')[0] ?? '']}${advice}`,
  }
  expect(check).toThrow(expect.objectContaining({ code, ...texts }))
})
