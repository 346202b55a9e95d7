/** What every signer must do: sign tokens that the published keys verify, and that STS accepts. */
import type { JWK, Signer, WebIdentityToken } from '@token-broker/core'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { createSts } from '../../packages/functions/src/adapters/sts/assume-role.ts'
import { issuerRoutes } from '../../packages/functions/src/endpoints/issuer-documents.ts'
import {
  createRouter,
  refuseWithoutKeys,
  unroutedResponse,
} from '../../packages/functions/src/routing.ts'
import { startLocalSts } from '../../packages/local/src/local-sts/server.ts'
import { nodeListener } from '../../packages/local/src/node-http.ts'
import { closeAfterTests, startServer } from '../fixtures/index.ts'

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
      url: '',
      routes: issuerRoutes(
        () => issuer,
        () => underTest.publicKeys(),
        refuseWithoutKeys,
      ),
      refuse: async (refusal) => unroutedResponse(refusal, 'r'),
    })
    beforeAll(async () => {
      const server = await closeAfterTests(startServer(nodeListener(app)))
      issuer = server.url
      underTest = make(issuer)
    })

    // A new key set each time, because jose caches the keys of each.
    const verify = (compact: string) =>
      jwtVerify(compact, createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`)), { issuer })

    it('signs claims unchanged except for `iss`, with a header of three members', async () => {
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

    it('signs more than KMS accepts in one message', async () => {
      const tags = Object.fromEntries(
        Array.from({ length: 50 }, (_, index) => [`tag${index}`, 'x'.repeat(256)]),
      )
      expect((await verify(await underTest.signer.sign({ tags }, never))).payload.tags).toEqual(
        tags,
      )
    })

    it('signs many different tokens at once', async () => {
      const ids = Array.from({ length: 64 }, (_, index) => index)
      const tokens = await Promise.all(ids.map((id) => underTest.signer.sign({ id }, never)))
      expect(
        await Promise.all(tokens.map(async (token) => (await verify(token)).payload.id)),
      ).toEqual(ids)
      expect(new Set(tokens.map((token) => token.split('.')[2])).size).toBe(64)
    })

    it('publishes what verifiers need, and nothing private', async () => {
      for (const key of (await underTest.publicKeys()).keys) {
        expect(key).toMatchObject({
          use: 'sig',
          kid: expect.any(String),
          alg: expect.stringMatching(/^(RS|ES)256$/),
        })
        for (const member of PRIVATE_MEMBERS) expect(key).not.toHaveProperty(member)
      }
    })

    it('signs tokens that STS accepts, and no forged ones', async () => {
      const provider = issuer.replace('http://', '')
      const statement = {
        Effect: 'Allow' as const,
        Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${provider}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { [`${provider}:aud`]: 'sts.amazonaws.com' } },
      }
      const trustPolicy = { Version: '2012-10-17' as const, Statement: [statement] }
      const roles = { [ROLE]: { trustPolicy, maxSessionDurationSeconds: 3600 } }
      const sts = await closeAfterTests(startLocalSts({ port: 0, roles }))
      const now = Math.floor(Date.now() / 1000)
      const claims = { aud: 'sts.amazonaws.com', sub: 'acme/1', iat: now, exp: now + 300 }
      const assume = async (webIdentityToken: string) =>
        createSts({ region: 'eu-west-1', endpoint: sts.url }).assumeRoleWithWebIdentity(
          {
            roleArn: ROLE,
            roleSessionName: 'alice',
            durationSeconds: 900,
            managedPolicyArns: [],
            sessionPolicyJson: JSON.stringify({
              Version: '2012-10-17',
              Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
            }),
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
    })
  })
}
