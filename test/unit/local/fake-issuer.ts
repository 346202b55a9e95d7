/** An issuer on the loopback interface that signs whatever claims a test wants. */
import { createServer } from 'node:http'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { closeServer, listen } from '../../../packages/local/src/listen.ts'

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
    provider: url.replace('http://', ''),
    fetches: () => fetches,
    close: () => closeServer(server),
    setAvailable: (value: boolean) => {
      available = value
    },
    rotate: async () => {
      published = await newKey('two')
    },
    sign: (claims: JWTPayload = {}, key = published) => {
      const now = Math.floor(Date.now() / 1000)
      return new SignJWT({
        iss: url,
        sub: 'acme/alice',
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
