/** A subject token may say who may act for its subject; nobody else may (RFC 8693 §4.4). */
import { expect, it } from 'vitest'
import { demandMayAct } from '../../../packages/core/src/verify/may-act.ts'
import { runCheck } from './unsigned-tokens.ts'

const ISSUER = 'https://id.example'
const PARTNER = 'https://partner.example'
const EARLIER = { issuer: ISSUER, subject: 'desk', claims: { sub: 'desk' } }
const CLAIMS = { sub: 'agent', client_id: 'app', level: 3, act: { sub: 'x' } }

const check = (claims: object, issuer = ISSUER) =>
  runCheck((trace) =>
    demandMayAct(
      { issuer: ISSUER, claims: { sub: 'alice', ...claims } },
      { issuer, subject: 'agent', claims: CLAIMS, actor: EARLIER },
      trace,
    ),
  )

it.each([
  ['the subject', { sub: 'agent' }],
  ['issuer and subject', { iss: ISSUER, sub: 'agent' }],
  ['another claim', { client_id: 'app' }],
  ['several claims', { sub: 'agent', client_id: 'app' }],
])('an actor passes that may_act names by %s', (_name, mayAct) => {
  const { thrown, trace } = check({ may_act: mayAct })
  expect(thrown).toBeUndefined()
  expect(trace.checks).toMatchObject([{ passed: true }])
})

it('any actor passes where there is no may_act', () => {
  const { thrown, trace } = check({})
  expect([thrown, trace.checks]).toEqual([undefined, []])
})

it('a subject of another issuer is named with that issuer only', () => {
  expect(check({ may_act: { sub: 'agent' } }, PARTNER).thrown).toBeDefined()
  expect(check({ may_act: { iss: ISSUER, sub: 'agent' } }, PARTNER).thrown).toBeDefined()
  expect(check({ may_act: { iss: PARTNER, sub: 'agent' } }, PARTNER).thrown).toBeUndefined()
  expect(check({ may_act: { iss: PARTNER, sub: 'agent' } }).thrown).toBeDefined()
})

it.each([
  ['another subject', { sub: 'other' }],
  ['an actor that acted before', { sub: 'desk' }],
  ['a part of a name', { sub: 'agen' }],
  ['one equal and one other member', { sub: 'agent', client_id: 'other' }],
  ['a claim that the actor does not have', { sub: 'agent', email: 'a@b.example' }],
  ['an inherited member', { constructor: 'Object' }],
  ['a number', { level: 3 }],
  ['a list', { sub: ['agent'] }],
  ['a nested actor', { sub: 'agent', act: CLAIMS.act }],
  ['a time', { sub: 'agent', exp: 9_999_999_999 }],
  ['no member', {}],
  ['only an issuer', { iss: ISSUER }],
  ['null', null],
  ['a text', 'agent'],
  ['a list of parties', [{ sub: 'agent' }]],
])('an actor is refused where may_act has %s', (_name, mayAct) => {
  const { thrown, trace } = check({ may_act: mayAct })
  expect(thrown).toMatchObject({ code: 'access_denied' })
  expect(trace.checks).toMatchObject([
    { stage: 'verify', check: 'subject’s token names the actor (may_act)', passed: false },
  ])
})

it.each([
  [{ sub: 'other', client_id: 'app' }, '"sub", "client_id"'],
  ['agent', 'none'],
])('says which members may_act has, and not their values: %j', (mayAct, members) => {
  const { thrown, trace } = check({ may_act: mayAct })
  expect(thrown).toMatchObject({
    callerMessage: undefined,
    message:
      'The claim may_act of the subject token names another party than the actor: expected a ' +
      `party with ${members}, found the actor "agent" of "${ISSUER}"; send a token of the named ` +
      'party as the actor token.',
  })
  expect(trace.checks).toMatchObject([{ expected: 'the party that may_act names', found: 'agent' }])
})
