/** The grant and the identity become exactly the request to STS, narrowed and never widened. */
import { describe, expect, it } from 'vitest'
import type { Actor } from '../../../packages/core/src/model/actor.ts'
import { GRANT, render } from './rendered-plan.ts'

const MANAGED = GRANT.managedPolicyArns

describe('the whole grant', () => {
  it('is rendered for the caller in each part', () => {
    const { plan, trace } = render()
    const statements = [
      { Sid: 'Read', Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/alice/*' },
      {
        Sid: 'List',
        Effect: 'Allow',
        Action: 's3:ListBucket',
        Resource: 'arn:aws:s3:::b',
        Condition: { StringLike: { 's3:prefix': ['alice/*', 'public/*'] } },
      },
      { Sid: 'Keep', Effect: 'Deny', Action: 's3:DeleteObject', NotResource: 'arn:x:y:::red' },
    ]
    expect(plan).toEqual({
      roleArn: GRANT.roleArn,
      roleSessionName: expect.stringMatching(/^alice-[a-z2-7]{16}$/),
      sessionPolicy: { Version: '2012-10-17', Statement: statements },
      sessionPolicyJson: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
      managedPolicyArns: MANAGED,
      sessionTags: { team: 'red' },
      transitiveTagKeys: ['team'],
      sourceIdentity: undefined,
      durationSeconds: 3600,
      webIdentity: 'minted',
      mintedToken: {
        issuer: 'https://broker.example',
        audience: 'sts.amazonaws.com',
        subject: expect.stringMatching(/^acme\/read\/[\w-]{43}$/),
        tagKeys: ['team'],
      },
      releasedAudience: undefined,
    })
    expect(trace.map(({ check, passed }) => [check, passed])).toEqual([
      ['attribute user is usable', true],
      ['attribute team is usable', true],
    ])
  })

  it('has a source identity and a released audience where the grant has them', () => {
    const grant = { sourceIdentity: '{{user}}', releasedAudience: 'acme-released' }
    const { plan } = render({ grant })
    expect(plan).toMatchObject({
      sourceIdentity: expect.stringMatching(/^alice-[a-z2-7]{16}$/),
      releasedAudience: 'acme-released',
    })
  })

  it('names what a trust policy can read in a minted token, and no value of a tag', () => {
    const { plan } = render({ grant: { sourceIdentity: '{{user}}' } })
    const { mintedToken, sourceIdentity } = plan ?? {}
    expect(mintedToken?.sourceIdentity).toBe(sourceIdentity)
    expect(JSON.stringify(mintedToken)).not.toContain('red')
    const passed = { webIdentity: 'pass-through' } as const
    const released = { ...passed, releasedAudience: 'acme-released' }
    const read = (grant: typeof passed) => render({ grant }).plan?.mintedToken
    expect(Object.keys(read(released) ?? {})).not.toContain('sourceIdentity')
    expect([read(passed), read(released)?.audience]).toEqual([undefined, 'sts.amazonaws.com'])
  })

  it('denies everything where the grant has no statements', () => {
    const { plan } = render({ grant: { statements: [] } })
    expect(plan?.sessionPolicy.Statement).toEqual([{ Effect: 'Deny', Action: '*', Resource: '*' }])
  })

  it('is refused where the rendered policy and the managed ARNs are too large together', () => {
    const padding = (characters: number) => ({
      statements: [{ Effect: 'Allow' as const, Action: 'a', Resource: 'r'.repeat(characters) }],
      managedPolicyArns: ['m'.repeat(100)],
    })
    const empty = render({ grant: padding(0) }).plan?.sessionPolicyJson.length ?? 0
    const most = 2048 - 100 - empty
    expect(render({ grant: padding(most) }).plan?.sessionPolicyJson).toHaveLength(1948)
    expect(render({ grant: padding(most + 1) }).error).toMatchObject({
      code: 'policy_too_large',
      callerMessage: expect.stringContaining('has 2049 characters'),
    })
  })
})

describe('the name of a session', () => {
  const actor = (subject: string, before?: Actor): Actor => ({
    ...{ issuer: 'https://id.example', subject, claims: {} },
    ...(before && { actor: before }),
  })

  it('that says nothing of the caller differs for each of them, and for who acts', () => {
    const grant = { sessionName: 'all', sourceIdentity: 'all' }
    const plans = [
      render({ grant }).plan,
      render({ grant, subject: 'agent' }).plan,
      render({ grant, actor: actor('agent') }).plan,
      render({ grant, subject: 'bob', actor: actor('agent') }).plan,
      render({ grant, actor: actor('agent', actor('desk')) }).plan,
      render({ grant, subject: 'agent', actor: actor('desk') }).plan,
    ]
    const names = plans.map((plan) => plan?.roleSessionName)
    expect(new Set(names).size).toBe(plans.length)
    expect(plans.map((plan) => plan?.sourceIdentity)).toEqual(names)
    for (const name of names) expect(name).toMatch(/^all-[a-z2-7]{16}$/)
  })
})

describe('attributes', () => {
  it('that the grant uses must be usable, in the policy, the name, the tags and the source', () => {
    const only = { statements: [], sessionTags: {}, sessionName: '' }
    for (const grant of [
      { ...only, sessionName: '{{team}}' },
      { ...only, sourceIdentity: '{{team}}' },
      { ...only, sessionTags: { team: '{{team}}' } },
      { ...only, statements: GRANT.statements },
    ])
      expect(render({ grant, claims: { team: '*' } }).error).toMatchObject({
        code: 'claim_unusable',
      })
    expect(render({ grant: only, claims: { team: '*' } }).error).toBeUndefined()
  })

  it('of statements that were not requested are not read', () => {
    const grant = { sessionTags: {}, statements: GRANT.statements.slice(0, 2), sessionName: '' }
    const unusable = { sub: '*' }
    const statements = [
      ...grant.statements,
      { Sid: 'All', Effect: 'Allow', Action: 'a:B' } as const,
    ]
    const requested = { statements: ['All'] }
    expect(render({ grant: { ...grant, statements }, claims: unusable }).error).toBeDefined()
    expect(
      render({ grant: { ...grant, statements }, claims: unusable, requested }).error,
    ).toBeUndefined()
  })

  it('that are not declared are a mistake of the stored document', () => {
    expect(render({ attributes: {} }).error).toMatchObject({
      code: 'config_invalid',
      message: 'Attribute "user" is not declared.',
    })
  })
})

describe('a session policy of the caller', () => {
  const policyOf = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
  const NARROWER = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/alice/x' }

  it('inside the grant takes the place of it, with every Deny and no managed policies', () => {
    const { plan, trace } = render({ sessionPolicy: policyOf(NARROWER) })
    expect(plan?.sessionPolicy.Statement).toEqual([
      NARROWER,
      expect.objectContaining({ Effect: 'Deny', NotResource: 'arn:x:y:::red' }),
    ])
    expect(plan?.managedPolicyArns).toEqual([])
    expect(trace.at(-1)).toMatchObject({
      check: 'the caller’s policy is inside the grant',
      passed: true,
    })
  })

  it.each([
    ['another caller’s folder', { ...NARROWER, Resource: 'arn:aws:s3:::b/bob/x' }],
    ['another action', { ...NARROWER, Action: 's3:PutObject' }],
  ])('for %s is refused', (_name, statement) => {
    const { error, trace } = render({ sessionPolicy: policyOf(statement) })
    expect(error).toMatchObject({ code: 'access_denied' })
    expect(trace.at(-1)).toMatchObject({ passed: false })
  })

  it('is compared with the requested statements alone, and the refusal says so', () => {
    const narrower = { requested: { statements: ['List'] }, sessionPolicy: policyOf(NARROWER) }
    expect(render(narrower).error).toMatchObject({
      code: 'access_denied',
      callerMessage: expect.stringMatching(
        /^Statement 1 .* Of the grant, only the requested statements count: List\.$/,
      ),
    })
    const two = { ...narrower, requested: { statements: ['List', 'Keep'] } }
    expect(render(two).error).toMatchObject({
      callerMessage: expect.stringMatching(/ the requested statements count: List, Keep\.$/),
    })
  })
})

describe('a token that is passed through', () => {
  const passed = { webIdentity: 'pass-through' as const }
  const notes = (trace: readonly { check: string }[]) =>
    trace.filter(({ check }) => check.startsWith('STS will'))

  it('with azp has a note in the trace', () => {
    const { trace, plan } = render({ grant: passed, claims: { azp: 'web' } })
    expect(plan?.webIdentity).toBe('pass-through')
    expect(notes(trace)).toEqual([
      {
        stage: 'render',
        check: 'STS will read azp as the audience',
        passed: true,
        expected: 'the trust policy’s aud',
        found: 'web',
      },
    ])
  })

  it('without azp, or replaced by a minted one, has none', () => {
    expect(notes(render({ grant: passed }).trace)).toEqual([])
    expect(notes(render({ claims: { azp: 'web' } }).trace)).toEqual([])
  })
})
