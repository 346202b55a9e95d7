/** By which ARN callers of `AssumeRoleWithSAML` name an issuer. */
import { expect, it } from 'vitest'
import { compileTenant } from '../../../packages/core/src/document/index.ts'
import { startAssertionIssuer } from '../../fixtures/assertion-issuer.ts'
import { closeAfterTests } from '../../fixtures/index.ts'

const issuer = await closeAfterTests(startAssertionIssuer())

it('is an ARN that names the tenant, where the document declares none', () => {
  expect(compiled(undefined)).toEqual(['arn:aws:iam::000000000000:saml-provider/acme'])
})

it.each([
  'arn:aws:iam::111122223333:saml-provider/Okta_1.x-y',
  'arn:aws-us-gov:iam::111122223333:saml-provider/adfs',
])('may be %s', (arn) => {
  expect(compiled(arn)).toEqual([arn])
})

it.each([
  ['an ARN of another kind', 'arn:aws:iam::111122223333:oidc-provider/id.acme.example'],
  ['an ARN without an account', 'arn:aws:iam:::saml-provider/okta'],
  ['the ARN of another tenant', 'arn:aws:iam::000000000000:saml-provider/beta'],
  ['a path', 'arn:aws:iam::111122223333:saml-provider/a/b'],
  ['a line break', '"arn:aws:iam::111122223333:saml-provider/okta\\n"'],
])('is not %s', (_, arn) => {
  const { errors } = compile(arn)
  expect(errors.map(({ path }) => path)).toEqual(['issuers[0].verify.principalArn'])
})

function compiled(arn: string | undefined) {
  const { tenant, errors } = compile(arn)
  expect(errors).toEqual([])
  return tenant?.issuers.map(({ principalArn }) => principalArn)
}

function compile(arn: string | undefined) {
  const more = arn === undefined ? '' : `, principalArn: ${arn}`
  const text = issuer.document('acme').replace('multiValued: [groups]', `$&${more}`)
  return compileTenant(text, 'acme.yaml')
}
