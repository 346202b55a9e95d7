/** Managed policies of a grant: policies of the role's account or of AWS, in its partition. */
import { expect, it } from 'vitest'
import { errorsAfter } from './example-document.ts'

it.each([
  { arns: [] },
  { arns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] },
  {
    arns: [
      'arn:aws:iam::111122223333:policy/tenants/acme',
      'arn:aws:iam::aws:policy/job-function/Billing',
    ],
  },
])('may be $arns', ({ arns }) => {
  expect(errorsWith(arns)).toEqual([])
})

it.each([
  ['ReadOnlyAccess', 'ReadOnlyAccess is not a managed policy ARN'],
  [
    'arn:aws:iam::111122223333:role/acme',
    'arn:aws:iam::111122223333:role/acme is not a managed policy ARN',
  ],
])('must be ARNs of policies, and not %s', (arn, message) => {
  expect(errorsWith(['arn:aws:iam::aws:policy/ReadOnlyAccess', arn])).toEqual([
    `grants.reports.managedPolicies[1]|${message}|write arn:aws:iam::aws:policy/ReadOnlyAccess`,
  ])
})

it.each([
  'arn:aws:iam::444455556666:policy/acme',
  'arn:aws-cn:iam::aws:policy/ReadOnlyAccess',
  'arn:aws:iam:::policy/acme',
])('must be usable by the role, unlike %s', (arn) => {
  expect(errorsWith([arn])).toEqual([
    `grants.reports.managedPolicies[0]|${arn} is not in the role's partition and account|use a ` +
      'policy in arn:aws:iam::111122223333: or an AWS managed policy',
  ])
})

function errorsWith(arns: readonly string[]): string[] {
  return errorsAfter('managedPolicies: []', `managedPolicies: ${JSON.stringify(arns)}`)
}
