/** Signatures by an independent implementation, with each algorithm. */
import { decodeProtectedHeader } from 'jose'
import { expect, it } from 'vitest'
import { startTestBroker } from '../fixtures/index.ts'
import { describeWithProvider } from './describe-with-provider.ts'
import { idTokenDocument } from './provider-tenants.ts'
import { glewlwyd } from './providers/glewlwyd.ts'

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES512', 'EdDSA'] as const

for (const algorithm of ALGORITHMS) {
  describeWithProvider(
    glewlwyd({ algorithm }),
    algorithm,
    async () => ({}),
    (started) => {
      it('is verified where the document lists it, and refused elsewhere', async () => {
        const { provider } = started()
        const { idToken } = await provider.signIn('alice')
        expect(decodeProtectedHeader(idToken).alg).toBe(algorithm)
        const requestWith = async (listed: string) => {
          const { post, audit } = await startTestBroker({
            documents: [idTokenDocument(provider, listed)],
          })
          await post('/v1/credentials', idToken)
          return audit.at(-1)
        }
        expect(await requestWith(algorithm)).toMatchObject({ outcome: 'issued' })
        const others = ALGORITHMS.filter((other) => other !== algorithm).join(', ')
        expect(await requestWith(others)).toMatchObject({ code: 'invalid_token' })
      })
    },
  )
}
