/** The token that STS gets: the caller's own, or one with exactly the claims of the plan. */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createTrace, showTrace } from '../../../packages/core/src/model/trace.ts'
import {
  mintForRelease,
  obtainWebIdentity,
} from '../../../packages/core/src/session/obtain-web-identity.ts'

type Authorized = Parameters<typeof obtainWebIdentity>[0]
const NOW_MS = Date.parse('2026-11-26T12:00:00.750Z')
const ISSUED_AT = NOW_MS / 1000 - 0.75
const DIGEST = createHash('sha256').update('18:https://id.example5:alice').digest('base64url')

const CLAIMS = {
  iss: 'https://broker.example',
  aud: 'sts.amazonaws.com',
  sub: `acme/reports/${DIGEST}`,
  iat: ISSUED_AT,
  exp: ISSUED_AT + 300,
  jti: 'unique',
}

describe('the token of a session', () => {
  it('is the subject token itself for pass-through, and nothing is signed', async () => {
    const { token, signed } = await obtain({ webIdentity: 'pass-through' })
    expect([token, signed]).toEqual(['subject-token', []])
  })

  it('is minted with issuer, audience, times, and tenant and grant in its subject', async () => {
    const { token, signed } = await obtain({})
    // Strictly: a claim with the value undefined is one too many.
    expect([token, signed]).toStrictEqual(['signed', [CLAIMS]])
  })

  it('contains the session tags, each as a list, and the source identity', async () => {
    const { signed } = await obtain({
      sessionTags: { team: 'red', tenant: 'acme' },
      transitiveTagKeys: ['team'],
      sourceIdentity: 'alice-digest',
    })
    expect(signed).toEqual([
      {
        ...CLAIMS,
        'https://aws.amazon.com/tags': {
          principal_tags: { team: ['red'], tenant: ['acme'] },
          transitive_tag_keys: ['team'],
        },
        'https://aws.amazon.com/source_identity': 'alice-digest',
      },
    ])
  })

  it('needs a signer only where it is minted', async () => {
    const refusal = {
      code: 'config_invalid',
      message:
        'The grant needs a minted token, but no signing key is configured; ' +
        'set BROKER_SIGNING_KEY or BROKER_KMS_SIGNING_KEY.',
    }
    await expect(obtain({}, { hasSigner: false })).rejects.toMatchObject(refusal)
    const { token } = await obtain({ webIdentity: 'pass-through' }, { hasSigner: false })
    expect(token).toBe('subject-token')
  })

  it.each<[string, unknown]>([
    ['an opaque token', { opaque: 'x' }],
    ['no token', null],
  ])('is never passed through where the caller presented %s', async (_what, token) => {
    const plan = { webIdentity: 'pass-through' }
    const outcome = obtainWebIdentity(authorized(plan, token), contextWith([], true))
    await expect(outcome).rejects.toMatchObject({
      code: 'internal',
      message: 'Only a JWT can be passed through.',
    })
  })

  it('is not minted for a plan without one', async () => {
    await expect(obtain({ mintedToken: undefined })).rejects.toMatchObject({
      code: 'internal',
      message: 'The plan is not one of a minted token.',
    })
  })
})

describe('a released token', () => {
  it('has the audience of the grant, and the subject of this grant', async () => {
    const { released, signed, trace } = await release('acme-released')
    expect(released).toEqual({ compact: 'signed', audience: 'acme-released', lifetimeSeconds: 300 })
    expect(signed).toEqual([{ ...CLAIMS, aud: 'acme-released' }])
    expect(trace).toEqual([
      { stage: 'obtain', check: 'the grant releases its web identity token', passed: true },
    ])
  })

  it('does not exist for a grant that releases none', async () => {
    await expect(release(undefined)).rejects.toMatchObject({
      code: 'access_denied',
      callerMessage:
        'The grant does not release its web identity token; request AWS credentials instead.',
    })
  })

  it('does not exist where the issuer limits the duration', async () => {
    const { plan, identity } = authorized({ releasedAudience: 'acme-released' })
    const limited = { plan, identity: { ...identity, maxSessionSeconds: 900 } } as Authorized
    const context = contextWith([], true)
    await expect(mintForRelease(limited, context)).rejects.toMatchObject({
      code: 'access_denied',
      callerMessage:
        'The issuer of the token limits the duration of sessions, which the holder of a released ' +
        'web identity token would choose; request AWS credentials instead.',
    })
    expect(showTrace(context.trace).at(-1)).toMatchObject({
      check: 'the issuer does not limit the duration of sessions',
      passed: false,
    })
  })
})

type SignedClaims = Readonly<Record<string, unknown>>

function authorized(plan: object, token: unknown = { compact: 'subject-token' }): Authorized {
  // In place of values that only their stages can create.
  return {
    plan: {
      webIdentity: 'minted',
      sessionTags: {},
      transitiveTagKeys: [],
      sourceIdentity: undefined,
      releasedAudience: undefined,
      mintedToken: {
        ...{ issuer: 'https://broker.example', audience: 'sts.amazonaws.com' },
        ...{ subject: `acme/reports/${DIGEST}`, tagKeys: [] },
      },
      ...plan,
    },
    identity: {
      issuer: 'https://id.example',
      subject: 'alice',
      token,
    },
  } as unknown as Authorized
}

function contextWith(signed: SignedClaims[], hasSigner: boolean) {
  const signer = {
    keyId: async () => 'key-1',
    sign: async (claims: SignedClaims) => {
      signed.push(claims)
      return 'signed'
    },
  }
  const { signal } = new AbortController()
  return {
    ...{ requestId: 'r', endpoint: '', clientIp: '', userAgent: undefined, signal },
    trace: createTrace(),
    ports: {
      signer: hasSigner ? signer : undefined,
      now: () => NOW_MS,
      newId: () => 'unique',
    },
  }
}

async function obtain(plan: object, { hasSigner = true } = {}) {
  const signed: SignedClaims[] = []
  const token = await obtainWebIdentity(authorized(plan), contextWith(signed, hasSigner))
  return { token, signed }
}

async function release(releasedAudience: string | undefined) {
  const signed: SignedClaims[] = []
  const context = contextWith(signed, true)
  const released = await mintForRelease(authorized({ releasedAudience }), context)
  return { released, signed, trace: showTrace(context.trace) }
}
