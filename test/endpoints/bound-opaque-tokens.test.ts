/** Opaque tokens whose issuer says that they are bound to a key need its proof. */
import { issueProofNonce } from '@token-broker/core'
import { expect, it } from 'vitest'
import { createDpopKey, type DpopKey } from '../fixtures/dpop-key.ts'
import { BROKER_URL } from './bound-token-requests.ts'
import { startOpaqueBroker } from './opaque-broker.ts'

const NAME_KEY = 'a secret of the deployment, for tests of bound opaque tokens'
const broker = await startOpaqueBroker({ environment: { BROKER_SESSION_NAME_KEY: NAME_KEY } })
const key = await createDpopKey()
const BOUND = {
  bound: { cnf: key.cnf },
  'bound, with the type DPoP': { cnf: key.cnf, token_type: 'DPoP' },
}

it.each(Object.entries(BOUND))('a token that is %s', async (_name, claims) => {
  const token = broker.idp.token(claims)
  expect(await send(token, await proofOf(key, token))).toBe('acme')
  // What the issuer said is remembered, and the proof is checked each time nevertheless.
  expect(await send(token, await proofOf(await createDpopKey(), token))).toBe('invalid_token')
  expect(await send(token, await proofOf(key, broker.idp.token(claims)))).toBe('invalid_dpop_proof')
  expect(await send(token, undefined)).toBe('invalid_dpop_proof')
  expect(await send(token, await proofOf(key, token), 'Bearer')).toBe('invalid_token')
})

it.each([
  ['of DPoP without its key', { token_type: 'DPoP' }],
  ['of DPoP with an empty cnf', { token_type: 'DPoP', cnf: {} }],
  ['bound in an unknown way', { cnf: { kid: 'k' } }],
  ['that is a proof of possession of another kind', { token_type: 'pop', cnf: key.cnf }],
])('refuses a token %s', async (_name, claims) => {
  const token = broker.idp.token(claims)
  expect(await send(token, await proofOf(key, token))).toBe('invalid_token')
})

it('refuses a bearer token that is sent with the scheme DPoP', async () => {
  const token = broker.idp.token()
  expect(await send(token, await proofOf(key, token))).toBe('invalid_token')
  expect(await send(token, undefined, 'Bearer')).toBe('acme')
})

function proofOf(one: DpopKey, token: string): Promise<string> {
  const nonce = issueProofNonce(NAME_KEY, Date.now())
  return one.proof({ url: `${BROKER_URL}/v1/credentials`, token, nonce })
}

/** @returns the tenant, or the code of the refusal */
async function send(token: string, dpop: string | undefined, scheme = 'DPoP'): Promise<string> {
  const { body } = await broker.send({
    ...{ method: 'POST', path: '/v1/credentials' },
    headers: {
      authorization: `${scheme} ${token}`,
      'content-type': 'application/json',
      ...(dpop === undefined ? {} : { dpop }),
    },
    body: Buffer.from('{"tenant":"acme"}'),
  })
  const { tenant, code } = JSON.parse(body)
  return code ?? tenant
}
