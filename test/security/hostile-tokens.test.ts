/** Tokens of an attacker or a careless issuer are refused with a code by the native endpoint. */
import { expect, it } from 'vitest'
import { closeAfterTests, startIssuer } from '../fixtures/index.ts'
import { type Attack, CLASS_TIMEOUT, sendAll } from './attack.ts'
import { handWrittenTokens, nowSeconds, validClaims } from './hand-written-tokens.ts'
import { startTarget } from './target.ts'

const target = await startTarget()
const { broker, issuer } = target
const valid = () => validClaims(issuer)

it(
  'hostile tokens are refused with their code, before STS is called',
  CLASS_TIMEOUT,
  ({ task }) => {
    const attacks = handWrittenTokens(issuer).map(
      ([name, code, make]): Attack => ({
        name,
        codes: [code],
        send: async () => {
          const token = await make()
          const calls = target.sts.calls.length
          const { status, body } = await broker.post('/v1/credentials', token)
          expect(JSON.parse(body).status).toBe(status)
          expect(target.sts.calls.length).toBe(calls)
          return { status, text: body }
        },
      }),
    )
    return sendAll(task.meta, 'tokens: by hand', target, attacks)
  },
)

it.each(['jwk', 'jku', 'x5u', 'x5c'])(
  'an embedded %s is ignored: only the issuer’s published key is used',
  async (member) => {
    const attacker = await closeAfterTests(startIssuer())
    const value = {
      jwk: attacker.publicJwk,
      jku: `${attacker.url}/jwks`,
      x5u: `${attacker.url}/x5u`,
      x5c: ['AAAA'],
    }[member]
    const forged = await attacker.sign(valid(), { [member]: value })
    const refusal = await broker.post('/v1/credentials', forged)
    expect(JSON.parse(refusal.body).code).toBe('invalid_token')
    expect(attacker.requests).toEqual([])
    const honest = await issuer.sign(valid(), { [member]: value })
    expect((await broker.post('/v1/credentials', honest)).status).toBe(200)
  },
)

it('unusual but valid tokens are accepted', async () => {
  for (const token of [
    await issuer.sign(valid(), { typ: 'JWT' }),
    await issuer.sign(valid(), { typ: 'application/at+jwt' }),
    await issuer.sign(valid(), { typ: 'JOSE' }),
    await issuer.sign(valid(), { kid: undefined }),
    await issuer.sign({ ...valid(), exp: nowSeconds() + 600.5, nbf: nowSeconds() }),
    await issuer.sign({ ...valid(), aud: ['acme-app', 'other'], azp: 'someone' }),
    await issuer.sign({ ...valid(), exp: nowSeconds() - 20 }),
  ]) {
    expect((await broker.post('/v1/credentials', token)).status).toBe(200)
  }
})
