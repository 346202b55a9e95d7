/** An issuer on the loopback interface that signs any claims for tests of the local STS. */
import { createServer } from 'node:http'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { closeServer, listen } from '../../../packages/local/src/listen.ts'

export type FakeIssuer = Awaited<ReturnType<typeof startFakeIssuer>>

export async function startFakeIssuer() {
  let published = await newKey('one')
  let available = true
  let fetches = 0
  const server = createServer(async (request, response) => {
    fetches += 1
    if (!available) {
      response.writeHead(503).end()
      return
    }
    const keys = [{ ...(await exportJWK(published.publicKey)), kid: published.kid, alg: 'ES256' }]
    const document = request.url === '/jwks' ? { keys } : { issuer: url, jwks_uri: `${url}/jwks` }
    response.end(JSON.stringify(document))
  })
  const url = await listen(server, 0)

  return {
    url,
    /** The name of its IAM identity provider: the URL without the scheme. */
    provider: url.replace('http://', ''),
    /** How many requests it has received. */
    fetches: () => fetches,
    close: () => closeServer(server),
    /** If set to false, it responds with 503. */
    setAvailable: (value: boolean) => {
      available = value
    },
    /** Publishes a new key instead of the old one and signs with it. */
    rotate: async () => {
      published = await newKey('two')
    },
    /** Claims that are not given have values that the roles of the tests trust. */
    sign: (claims: JWTPayload = {}, key = published) => {
      const now = Math.floor(Date.now() / 1000)
      return new SignJWT({
        iss: url,
        sub: 'acme/only/alice',
        aud: 'sts.amazonaws.com',
        iat: now,
        exp: now + 600,
        ...claims,
      })
        .setProtectedHeader({ alg: 'ES256', kid: key.kid })
        .sign(key.privateKey)
    },
  }
}

export async function newKey(kid: string) {
  return { kid, ...(await generateKeyPair('ES256', { extractable: true })) }
}
