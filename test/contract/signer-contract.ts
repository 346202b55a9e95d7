/** What every signer does: tokens that anyone can verify with the keys that the broker publishes, and that STS takes. */
import { createServer } from 'node:http'
import type { JWK, Signer, WebIdentityToken } from '@token-broker/core'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSts } from '../../packages/functions/src/adapters/sts/assume-role.ts'
import { issuerRoutes } from '../../packages/functions/src/endpoints/issuer-documents.ts'
import { createRouter, unroutedResponse } from '../../packages/functions/src/routing.ts'
import { startLocalSts } from '../../packages/local/src/local-sts/server.ts'
import { nodeListener } from '../../packages/local/src/node-http.ts'
import { closeServer, listen } from '../fixtures/issuer-server.ts'

export interface SignerUnderTest {
  readonly signer: Signer
  readonly publicKeys: () => Promise<{ readonly keys: readonly JWK[] }>
}

const ROLE = 'arn:aws:iam::111122223333:role/acme-app'
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']
const never = new AbortController().signal

export function describeSigner(
  name: string,
  alg: string,
  make: (issuer: string) => SignerUnderTest,
): void {
  describe(`${name} (${alg})`, () => {
    let issuer: string
    let underTest: SignerUnderTest
    const app = createRouter({
      routes: issuerRoutes(
        () => issuer,
        () => underTest.publicKeys(),
      ),
      refuse: async (refusal) => unroutedResponse(refusal, 'r'),
    })
    const server = createServer(nodeListener(app))
    beforeAll(async () => {
      issuer = await listen(server)
      underTest = make(issuer)
    })
    afterAll(() => closeServer(server))

    // A key set of its own each time: what is published now, and nothing that was kept.
    const verify = (compact: string) =>
      jwtVerify(compact, createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`)), { issuer })

    test('signs claims as they are, under its own issuer, with a header of three members', async () => {
      const claims = {
        sub: 'acme/ü€😀',
        n: 1.5,
        none: null,
        list: [{ a: [] }],
        text: '"\\\u0000 \u2028',
      }
      const { payload, protectedHeader } = await verify(
        await underTest.signer.sign({ ...claims, iss: 'https://other.example' }, never),
      )
      expect(payload).toEqual({ ...claims, iss: issuer })
      expect(protectedHeader).toEqual({
        alg,
        kid: (await underTest.publicKeys()).keys[0]?.kid,
        typ: 'JWT',
      })
    })

    test('signs more than KMS takes in one message', async () => {
      const tags = Object.fromEntries(
        Array.from({ length: 50 }, (_, index) => [`tag${index}`, 'x'.repeat(256)]),
      )
      expect((await verify(await underTest.signer.sign({ tags }, never))).payload.tags).toEqual(
        tags,
      )
    })

    test('signs many at once, each its own', async () => {
      const ids = Array.from({ length: 64 }, (_, index) => index)
      const tokens = await Promise.all(ids.map((id) => underTest.signer.sign({ id }, never)))
      expect(
        await Promise.all(tokens.map(async (token) => (await verify(token)).payload.id)),
      ).toEqual(ids)
      expect(new Set(tokens.map((token) => token.split('.')[2])).size).toBe(64)
    })

    test('publishes what verifying needs, and nothing private', async () => {
      for (const key of (await underTest.publicKeys()).keys) {
        expect(key).toMatchObject({
          use: 'sig',
          kid: expect.any(String),
          alg: expect.stringMatching(/^(RS|ES)256$/),
        })
        for (const member of PRIVATE_MEMBERS) expect(key).not.toHaveProperty(member)
      }
    })

    test('signs what STS takes for a session', async () => {
      const provider = issuer.replace('http://', '')
      const statement = {
        Effect: 'Allow' as const,
        Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${provider}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { [`${provider}:aud`]: 'sts.amazonaws.com' } },
      }
      const trustPolicy = { Version: '2012-10-17' as const, Statement: [statement] }
      const sts = await startLocalSts({
        port: 0,
        roles: { [ROLE]: { trustPolicy, maxSessionDurationSeconds: 3600 } },
      })
      const now = Math.floor(Date.now() / 1000)
      const claims = { aud: 'sts.amazonaws.com', sub: 'acme/1', iat: now, exp: now + 300 }
      const assume = async (webIdentityToken: string) =>
        createSts({ region: 'eu-west-1', endpoint: sts.url }).assumeRoleWithWebIdentity(
          {
            roleArn: ROLE,
            roleSessionName: 'alice',
            durationSeconds: 900,
            managedPolicyArns: [],
            sessionPolicyJson:
              '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}',
            webIdentityToken: webIdentityToken as WebIdentityToken,
          },
          never,
        )
      const token = await underTest.signer.sign(claims, never)
      expect((await assume(token)).assumedRoleArn).toContain('assumed-role/acme-app/alice')
      const [header, , signature] = token.split('.')
      const forged = Buffer.from(
        JSON.stringify({ ...claims, iss: issuer, sub: 'beta/1' }),
      ).toString('base64url')
      await expect(assume(`${header}.${forged}.${signature}`)).rejects.toMatchObject({
        code: 'sts_rejected',
      })
      await sts.close()
    })
  })
}
