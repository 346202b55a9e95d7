/** What the operator reads where a token says badly whom it is for, or which app requested it. */
import { expect, it } from 'vitest'
import {
  readAudiences,
  readAuthorizedParty,
} from '../../../packages/core/src/verify/token-parties.ts'
import { PROFILE, runCheck } from './unsigned-tokens.ts'

it.each([
  [['app', 5], 'a number'],
  [[null], 'null'],
  [{ a: 1 }, 'an object'],
])('an audience that is no text: %j', (aud, found) => {
  const { thrown } = runCheck((trace) => readAudiences({ aud }, PROFILE, trace))
  const message =
    'The claim aud of the token is not text: expected a string or a list of strings, found ' +
    `${found}; correct it at the issuer.`
  expect(thrown).toMatchObject({ code: 'invalid_token', message, callerMessage: message })
})

it('a claim in place of aud that is no text', () => {
  const profile = { ...PROFILE, audienceFallback: 'client_id' as const }
  const { thrown } = runCheck((trace) => readAudiences({ client_id: 7 }, profile, trace))
  expect(thrown).toMatchObject({
    ...{ code: 'invalid_token', callerMessage: undefined },
    message:
      'The claim client_id, which takes the place of aud, is not text: expected a string, found ' +
      'a number; correct it at the issuer.',
  })
})

it.each([
  [{ azp: 7, client_id: true }, undefined, 'azp or client_id', 'a number and a boolean'],
  [{ azp: 'web', appid: 7 }, 'appid', 'appid', 'a number'],
])('an authorized party that is no text: %j', (claims, authorizedPartyClaim, names, found) => {
  const profile = {
    ...PROFILE,
    ...(authorizedPartyClaim === undefined ? {} : { authorizedPartyClaim }),
  }
  const { thrown } = runCheck((trace) => readAuthorizedParty(claims, profile, trace))
  expect(thrown).toMatchObject({
    ...{ code: 'invalid_token', callerMessage: undefined },
    message:
      `The token does not name its authorized party: expected ${names} with 1 or more ` +
      `characters, found ${found}; correct it at the issuer.`,
  })
})
