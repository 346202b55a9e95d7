/**
 * SAML responses of independently written identity providers, from the login to a session that the
 * local STS issues, by the unmodified AWS CLI and SDK.
 */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { runAwsCli, skipsPython } from '../compat/python-programs.ts'
import { codeBlocks, readPage, sectionOf } from '../docs/markdown.ts'
import { makeTemporaryFolder } from '../fixtures/index.ts'
import { describeWithSamlProvider } from './describe-with-provider.ts'
import { LEMONLDAP } from './providers/lemonldap.ts'
import { SIMPLESAMLPHP } from './providers/simplesamlphp.ts'
import { startSamlBroker } from './saml-broker.ts'
import { PROVIDER_ARN } from './saml-tenant.ts'

const EMAIL_ADDRESS = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'
/** The name and a digest, which is the same for each of her sessions. */
const ALICE = /^alice-[a-z2-7]{16}$/
const withoutCli = skipsPython()

/** The command of the page about SAML, with the names of the test. */
function documentedArguments(file: string): string[] {
  const page = readPage('packages/core/docs/saml/README.md')
  const [block = ''] = codeBlocks(sectionOf(page, '## Get credentials'), 'sh')
  const [, command = ''] = /^aws (.*)$/m.exec(block.replaceAll('\\\n', ' ')) ?? []
  const names = {
    'response.b64': file,
    'broker/acme/files': 'broker/saml/support',
    'arn:aws:iam::000000000000:saml-provider/acme': PROVIDER_ARN,
  }
  let changed = command
  for (const [text, by] of Object.entries(names)) {
    expect(command).toContain(text)
    changed = changed.replace(text, by)
  }
  return changed.trim().split(/\s+/)
}

for (const product of [SIMPLESAMLPHP, LEMONLDAP])
  describeWithSamlProvider(product, 'SAML responses', startSamlBroker, (started) => {
    const expected = () => ({
      Credentials: expect.objectContaining({ AccessKeyId: expect.stringMatching(/^ASIA/) }),
      AssumedRoleUser: {
        Arn: expect.stringMatching(/^arn:aws:sts::111122223333:assumed-role\/saml\/alice-/),
        AssumedRoleId: expect.stringMatching(/^AROA\w+:alice-/),
      },
      PackedPolicySize: expect.any(Number),
      Subject: 'alice@acme.example',
      SubjectType: EMAIL_ADDRESS,
      Issuer: started().provider.entityId,
      Audience: 'https://broker.example/v1/saml/acs',
      NameQualifier: expect.stringMatching(/^[A-Za-z0-9+/]{27}=$/),
      SourceIdentity: expect.stringMatching(ALICE),
    })

    it.skipIf(withoutCli)('get a session by the AWS CLI', async () => {
      const { provider, url, audit } = started()
      const file = path.join(makeTemporaryFolder(), 'response.b64')
      writeFileSync(file, await provider.signIn('alice'))
      const { status, stdout, stderr } = await runAwsCli(
        [...documentedArguments(file), '--endpoint-url', `${url}/sts`],
        { AWS_REGION: 'eu-west-1', HOME: '/nonexistent', PATH: '/usr/bin:/bin' },
      )
      expect([status, stderr]).toEqual([0, ''])
      expect(JSON.parse(stdout)).toEqual(expected())
      expect(audit.at(-1)).toMatchObject({ outcome: 'issued', userAgent: expect.any(String) })
    })

    it('get a session by the AWS SDK, with a record and the claims for STS', async () => {
      const { provider, assume, audit, mintedClaims } = started()
      const { $metadata, ...result } = await assume(await provider.signIn('alice'))
      expect(result).toMatchObject(expected())
      expect(audit.at(-1)).toMatchObject({
        ...{ endpoint: 'sts', outcome: 'issued', tenant: 'saml', grant: 'support' },
        ...{ rule: 'support helps', issuer: provider.entityId, subject: 'alice@acme.example' },
        ...{ sourceIdentity: result.SourceIdentity, sessionTags: { tenant: 'acme', team: 'red' } },
        requestId: $metadata.requestId,
      })
      expect(mintedClaims()).toMatchObject({
        aud: 'sts.amazonaws.com',
        sub: expect.stringMatching(/^saml\/support\/[A-Za-z0-9_-]+$/),
        'https://aws.amazon.com/source_identity': result.SourceIdentity,
        'https://aws.amazon.com/tags': {
          principal_tags: { tenant: ['acme'], team: ['red'] },
        },
      })
    })

    it('get another grant by another role, and one session name for each user', async () => {
      const { provider, assume, audit } = started()
      const response = await provider.signIn('alice')
      const first = await assume(response, 'own')
      const second = await assume(await provider.signIn('alice'), 'own')
      expect(audit.at(-1)).toMatchObject({ grant: 'own', outcome: 'issued' })
      expect(second.AssumedRoleUser?.Arn).toBe(first.AssumedRoleUser?.Arn)
    })

    it('get a session that GetCallerIdentity of the endpoint knows', async () => {
      const { provider, assume, identify } = started()
      const session = await assume(await provider.signIn('alice'))
      expect(await identify(session)).toBe(session.AssumedRoleUser?.Arn)
    })

    it('are refused for a hostile user, whose attributes would widen her session', async () => {
      const { provider, refusalOf } = started()
      expect(await refusalOf(await provider.signIn('mallory'), 'own')).toMatchObject({
        name: 'AccessDenied',
        record: { code: 'claim_unusable', subject: '*@acme.example' },
      })
      expect(await refusalOf(await provider.signIn('mallory'))).toMatchObject({
        name: 'AccessDenied',
        record: { code: 'access_denied' },
      })
    })

    it('are refused for a user of another tenant', async () => {
      const { provider, refusalOf } = started()
      expect(await refusalOf(await provider.signIn('bob'), 'own')).toMatchObject({
        name: 'AccessDenied',
        record: { code: 'access_denied', subject: 'bob@beta.example' },
      })
    })

    it('are refused where they are for another service provider', async () => {
      const { provider, refusalOf } = started()
      const response = await provider.signIn('alice', { serviceProvider: 'other-app' })
      expect(await refusalOf(response)).toMatchObject({
        name: 'InvalidIdentityTokenException',
        record: {
          code: 'invalid_token',
          reason: expect.stringContaining('was sent to another application'),
        },
      })
    })

    it.each([
      ['another NameID', (xml: string) => xml.replaceAll('alice@acme', 'carol@acme')],
      ['another attribute', (xml: string) => xml.replace('>red<', '>blue<')],
      ['a later end', (xml: string) => xml.replaceAll(/NotOnOrAfter="20/g, 'NotOnOrAfter="21')],
      ['no signatures', (xml: string) => xml.replaceAll(/<(ds:)?Signature .*?Signature>/gs, '')],
      [
        'a comment in the NameID, which is not signed',
        (xml: string) => xml.replace('alice@acme.example', 'alice@acme<!-- -->.example'),
      ],
    ])('are refused with %s', async (_, change) => {
      const { provider, refusalOf } = started()
      const xml = Buffer.from(await provider.signIn('alice'), 'base64').toString()
      const changed = change(xml)
      expect(changed).not.toBe(xml)
      const { name, record } = await refusalOf(Buffer.from(changed).toString('base64'))
      expect([name, record?.code]).toEqual(['InvalidIdentityTokenException', 'invalid_token'])
    })

    it('are refused with the signed assertion of one user in the response of another', async () => {
      const { provider, refusalOf } = started()
      const xmlOf = async (user: 'alice' | 'bob') =>
        Buffer.from(await provider.signIn(user), 'base64').toString()
      const [alice, bob] = [await xmlOf('alice'), await xmlOf('bob')]
      const assertion = /<saml:Assertion .*<\/saml:Assertion>/s
      const [own = ''] = assertion.exec(alice) ?? []
      const [foreign = ''] = assertion.exec(bob) ?? []
      for (const mixed of [
        bob.replace(foreign, () => own),
        bob.replace(foreign, () => foreign + own),
      ]) {
        const { name, record } = await refusalOf(Buffer.from(mixed).toString('base64'))
        expect([name, record?.code]).toEqual(['InvalidIdentityTokenException', 'invalid_token'])
      }
    })

    it('are refused ten minutes later', async () => {
      const { provider, refusalOf, pass } = started()
      const response = await provider.signIn('alice')
      pass(600_000)
      expect(await refusalOf(response)).toMatchObject({
        name: 'ExpiredTokenException',
        record: { code: 'token_expired' },
      })
      pass(-600_000)
    })

    it('are in no record', async () => {
      const { provider, assume, auditText } = started()
      const response = await provider.signIn('alice')
      await assume(response)
      const xml = Buffer.from(response, 'base64').toString()
      const [, signature = 'none'] = /SignatureValue>([^<]{40})/.exec(xml) ?? []
      for (const secret of [response.slice(0, 60), xml.slice(0, 60), signature])
        expect(auditText.join('\n')).not.toContain(secret)
    })
  })
