/** Tests of the roles and identity providers that a stage creates from its tenants' documents. */
import { expect, it } from 'vitest'
import { findTrustRefusal } from '../../packages/local/src/local-sts/evaluate-trust-policy.ts'
import { parseRoles } from '../../packages/local/src/roles-file.ts'
import { inlineStatements, resourcesOf } from './read-stage.ts'
import type { Resource, SynthesizedStage } from './synthesize.ts'

const ACCOUNT = '111122223333'
const TAGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  acme: { tenant: 'acme', team: 'red', user: 'alice' },
  beta: { tenant: 'beta', user: 'bob' },
}
/** `sub` of a token for the grant that has the role `<tenant>-app`. */
const SUBJECTS: Readonly<Record<string, string>> = {
  acme: 'acme/reports/digest',
  beta: 'beta/uploads/digest',
}

export function testTenantRoles(get: () => SynthesizedStage): void {
  const issuer = () => String(get().outputs.issuer)
  const roleNamed = (name: string) => {
    const role = resourcesOf(get(), 'aws:iam/role:Role').find(({ inputs }) => inputs.name === name)
    if (!role) throw new Error(`The stage has no role ${name}.`)
    return role
  }
  const roleOf = (tenant: string) => roleNamed(`${tenant}-app`)
  /** The first action that is refused for a token that the broker mints for a tenant. */
  const refused = (
    role: Resource,
    subject: string,
    sessionTags: Readonly<Record<string, string>>,
    more = {},
  ) => {
    const [found] = Object.values(
      parseRoles({ role: { trustPolicy: JSON.parse(String(role.inputs.assumeRolePolicy)) } }),
    )
    if (!found) throw new Error('The trust policy was not read.')
    const token = {
      issuer: issuer(),
      audience: 'sts.amazonaws.com',
      subject,
      amr: [],
      transitiveTagKeys: [],
    }
    return findTrustRefusal(
      found.trustPolicy,
      ACCOUNT,
      { ...token, sessionTags, sourceIdentity: undefined, ...more },
      's',
    )?.action
  }

  it.each([
    ['acme', 'acme'],
    ['acme', 'beta'],
    ['beta', 'acme'],
    ['beta', 'beta'],
  ])('a token of %s assumes the role of %s only if the tenant is the same', (tenant, owner) => {
    const tags = TAGS[tenant] ?? {}
    const subject = SUBJECTS[tenant] ?? ''
    const expected = tenant === owner ? undefined : 'sts:AssumeRoleWithWebIdentity'
    expect(refused(roleOf(owner), subject, tags)).toBe(expected)
    // The owner's tags do not help, nor does a tenant id that starts with the owner's.
    expect(refused(roleOf(owner), subject, TAGS[owner] ?? {})).toBe(expected)
    expect(refused(roleOf(owner), `${owner}-${subject}`, tags)).toBe(
      'sts:AssumeRoleWithWebIdentity',
    )
  })

  it('a token of another grant of the tenant does not assume the role', () => {
    for (const subject of ['beta/partner/d', 'beta/uploads2/d', 'beta/d', 'beta/uploads'])
      expect(refused(roleOf('beta'), subject, TAGS.beta ?? {})).toBe(
        'sts:AssumeRoleWithWebIdentity',
      )
  })

  it('a token with tags, an audience or a source identity that no grant has is refused', () => {
    const [beta, subject] = [roleOf('beta'), SUBJECTS.beta ?? '']
    const { tenant: _, ...withoutTenant } = TAGS.beta ?? {}
    for (const tags of [
      {},
      { tenant: 'beta' },
      withoutTenant,
      { ...TAGS.beta, tenant: 'acme' },
      { ...TAGS.beta, more: 'x' },
      { ...withoutTenant, other: 'beta' },
    ])
      expect(refused(beta, subject, tags)).toBe('sts:AssumeRoleWithWebIdentity')
    expect(refused(beta, subject, TAGS.beta ?? {})).toBeUndefined()
    expect(refused(beta, subject, TAGS.beta ?? {}, { audience: 'beta-released' })).toBe(
      'sts:AssumeRoleWithWebIdentity',
    )
    expect(refused(beta, subject, TAGS.beta ?? {}, { sourceIdentity: 'bob' })).toBe(
      'sts:SetSourceIdentity',
    )
    expect(
      refused(roleOf('acme'), 'acme/reports/d', TAGS.acme ?? {}, { sourceIdentity: 'alice' }),
    ).toBeUndefined()
  })

  it('the roles have a boundary, and allow each caller what the grant allows this caller', () => {
    for (const name of ['acme-app', 'acme-uploads', 'beta-app'])
      expect(roleNamed(name).inputs.permissionsBoundary).toBe(
        'arn:aws:iam::111122223333:policy/tenant-boundary',
      )
    expect(roleOf('acme').inputs).toMatchObject({
      path: '/tenants/',
      maxSessionDuration: 3600,
      managedPolicyArns: [],
    })
    expect(roleOf('beta').inputs).toMatchObject({
      path: '/',
      maxSessionDuration: 3600,
      managedPolicyArns: ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'],
    })
    expect(roleNamed('acme-uploads').inputs).toMatchObject({ maxSessionDuration: 4 * 3600 })
    const own = '${aws:PrincipalTag/team}/${aws:PrincipalTag/user}'
    const without = (tag: string) => `Deny * on * if Null aws:PrincipalTag/${tag} = true`
    expect(inlineStatements(roleOf('acme'))).toEqual([
      `Allow s3:GetObject on arn:aws:s3:::acme-data/${own}/*`,
      `Allow s3:ListBucket on arn:aws:s3:::acme-data if StringLike s3:prefix = ${own}/* and Bool ` +
        'aws:SecureTransport = true',
      `Deny s3:GetObject on arn:aws:s3:::acme-data/${own}/drafts/*`,
      'Deny s3:* on arn:aws:s3:::acme-data/secrets/*',
      without('team'),
      without('user'),
    ])
    expect(inlineStatements(roleNamed('acme-uploads'))).toEqual([
      'Allow s3:PutObject on arn:aws:s3:::acme-uploads/${aws:PrincipalTag/user}/*',
      without('user'),
    ])
    expect(inlineStatements(roleOf('beta'))).toEqual([
      'Allow s3:PutObject on arn:aws:s3:::beta-data/${aws:PrincipalTag/user}/*',
      without('user'),
    ])
  })

  it('AWS trusts the broker, and identity providers whose tokens are passed through', () => {
    const providers = resourcesOf(get(), 'aws:iam/openIdConnectProvider:OpenIdConnectProvider')
    expect(
      Object.fromEntries(providers.map(({ inputs }) => [inputs.url, inputs.clientIdLists])),
    ).toEqual({
      [issuer()]: ['sts.amazonaws.com', 'beta-released'],
      'https://id.acme.example': ['acme-mobile', 'acme-web'],
    })
    expect(get().outputs.tenants).toEqual(['acme', 'beta'])
    expect(get().outputs.rolesToMakeYourself).toEqual([
      'arn:aws:iam::111122223333:role/acme-downloads',
      'arn:aws:iam::111122223333:role/beta-partner',
      'arn:aws:iam::444455556666:role/beta-archive',
    ])
  })
}
