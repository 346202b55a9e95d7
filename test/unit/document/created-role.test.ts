/** Created roles: their boundary is one that the stage accepts, and they limit each caller. */
import { describe, expect, it } from 'vitest'
import { compileTenant } from '../../../packages/core/src/document/index.ts'
import { EXAMPLE } from './example-document.ts'

const ACCOUNT = 'arn:aws:iam::111122223333:policy'
const BOUNDARY = `${ACCOUNT}/tenant-boundary`
const TAGS = "sessionTags: { tenant: acme, team: '{{team}}' }"
const USER_TAGS = "sessionTags: { tenant: acme, team: '{{team}}', user: '{{user}}' }"

describe('a created role', () => {
  it('compiles where each slot of its policy is a session tag', () => {
    expect(errorsWith({})).toEqual([])
    const other = 'role: arn:aws:iam::111122223333:role/other\n    policy: []'
    expect(errorsWith({ other })).toEqual([])
  })

  it.each([
    ['without createRole', { createRole: '' }, 'permissionsBoundary requires createRole: true'],
    [
      'with createRole: false',
      { createRole: 'createRole: false' },
      'permissionsBoundary requires createRole: true',
    ],
    ['without a boundary', { boundary: '' }, 'createRole: true requires permissionsBoundary'],
    [
      'with a boundary that is a role',
      { boundary: 'permissionsBoundary: arn:aws:iam::111122223333:role/b' },
      'arn:aws:iam::111122223333:role/b is not a managed policy ARN with an account',
    ],
    [
      'with a boundary without an account',
      { boundary: 'permissionsBoundary: arn:aws:iam:::policy/b' },
      'arn:aws:iam:::policy/b is not a managed policy ARN with an account',
    ],
    [
      'with a boundary of another account',
      { boundary: 'permissionsBoundary: arn:aws:iam::444455556666:policy/b' },
      "the boundary is not in the role's partition and account",
    ],
    [
      'with a boundary of another partition',
      { boundary: 'permissionsBoundary: arn:aws-cn:iam::aws:policy/ReadOnlyAccess' },
      "the boundary is not in the role's partition and account",
    ],
    [
      'that another grant uses too',
      { other: `role: arn:aws:iam::111122223333:role/acme-app\n    policy: []` },
      'the role is created for this grant, but the grant other uses it too',
    ],
    [
      'that another grant names in a different case',
      { other: `role: arn:aws:iam::111122223333:role/Acme-App\n    policy: []` },
      'the role is created for this grant, but the grant other uses it too',
    ],
  ])('%s does not compile', (_, change, message) => {
    expect(errorsWith(change)).toEqual([expect.stringContaining(`|${message}|`)])
  })

  it.each(['webIdentity: pass-through', 'releasedAudience: acme-released'])(
    'with %s does not compile',
    (field) => {
      expect(errorsWith({ more: field }).filter((error) => error.includes('createRole|'))).toEqual([
        'grants.reports.createRole|with pass-through or releasedAudience, callers could assume ' +
          'the created role without the broker|create this role yourself, or use minted tokens ' +
          'without releasedAudience',
      ])
    },
  )

  it('that two grants create is reported for both', () => {
    const other =
      'role: arn:aws:iam::111122223333:role/acme-app\n    createRole: true\n' +
      `    permissionsBoundary: ${BOUNDARY}\n    policy: []`
    const problem = (grant: string) =>
      `the role is created for this grant, but the grant ${grant} uses it too|give each of them ` +
      'a role of its own'
    expect(errorsWith({ other })).toEqual([
      `grants.reports.role|${problem('other')}`,
      `grants.other.role|${problem('reports')}`,
    ])
  })
})

describe('the boundary of a created role', () => {
  const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess'
  const path = 'grants.reports.permissionsBoundary'

  it.each([
    'AdministratorAccess',
    'PowerUserAccess',
    'ReadOnlyAccess',
    'job-function/SystemAdministrator',
  ])('is not a policy of AWS, such as %s, where the stage is not known', (name) => {
    const arn = `arn:aws:iam::aws:policy/${name}`
    expect(errorsWith({ boundary: `permissionsBoundary: ${arn}` })).toEqual([
      `${path}|${arn} is a policy of AWS, which only a stage can accept as a boundary|use a ` +
        'policy of your own account, or name the policies that the stage accepts, as with ' +
        'validate --boundaries',
    ])
  })

  it('is a policy that the stage accepts', () => {
    expect(errorsWith({}, [BOUNDARY])).toEqual([])
    const boundary = `permissionsBoundary: ${ADMINISTRATOR}`
    expect(errorsWith({ boundary }, [BOUNDARY, ADMINISTRATOR])).toEqual([])
  })

  it.each([
    [BOUNDARY, [`${ACCOUNT}/other`], `use ${ACCOUNT}/other, or add it to permissionsBoundaries`],
    [BOUNDARY, [], '|add it to permissionsBoundaries of the stage'],
    [
      BOUNDARY,
      [`${ACCOUNT}/a`, `${ACCOUNT}/b`],
      `|use ${ACCOUNT}/a or ${ACCOUNT}/b, or add it to permissionsBoundaries of the stage`,
    ],
    // Names of IAM differ by case, and a prefix is another policy.
    [BOUNDARY, [`${ACCOUNT}/Tenant-Boundary`], 'add it to permissionsBoundaries'],
    [BOUNDARY, [`${BOUNDARY}-2`, `${ACCOUNT}/*`], 'add it to permissionsBoundaries'],
    [ADMINISTRATOR, [BOUNDARY], `use ${BOUNDARY}, or add it to permissionsBoundaries`],
  ])('%s is refused by a stage that accepts %j', (arn, accepted, hint) => {
    const [error, ...others] = errorsWith({ boundary: `permissionsBoundary: ${arn}` }, accepted)
    expect(error).toContain(`${path}|the stage does not accept ${arn} as a boundary|`)
    expect(error).toContain(hint)
    expect(others).toEqual([])
  })
})

describe('a slot of a created role', () => {
  it.each([
    ['no tags', '', "add it: sessionTags: { user: '{{user}}' }"],
    ['other tags', TAGS, "add it: sessionTags: { user: '{{user}}' }"],
    [
      'a longer tag',
      "sessionTags: { team: '{{team}}', User: 'x-{{user}}' }",
      "add it: sessionTags: { user-value: '{{user}}' }",
    ],
    [
      'a key that no variable can name',
      "sessionTags: { team: '{{team}}', 'the user': '{{user}}' }",
      "add it: sessionTags: { user: '{{user}}' }",
    ],
  ])('that is not a tag is reported, with %s', (_, tags, hint) => {
    const errors = errorsWith({ tags })
    expect(errors.at(-1)).toBe(
      'grants.reports.sessionTags|the created role limits each caller by session tags, and no ' +
        'tag is exactly {{user}} under a key of letters, digits and _ . : / = + @ -|' +
        hint,
    )
    expect(errors).toHaveLength(tags === '' ? 2 : 1)
  })

  it('may be part of a longer tag', () => {
    expect(errorsWith({ tags: "sessionTags: { path: '{{team}}/{{user}}' }" })).toEqual([])
  })

  it.each(['NumericLessThan', 'DateLessThan', 'Bool', 'IpAddress'])(
    'is reported under %s, where IAM replaces no variable',
    (operator) => {
      const condition = `{ ${operator}: { 's3:max-keys': '{{user}}' } }`
      const errors = errorsWith({ condition })
      expect(errors).toContainEqual(
        'grants.reports.policy|the created role cannot compare {{user}} here: IAM replaces ' +
          'variables in resources, and under String and Arn operators only|use such an operator, ' +
          'or create this role yourself',
      )
    },
  )

  it('is no tag where the role is not created', () => {
    expect(errorsWith({ createRole: '', boundary: '', tags: '' })).toEqual([])
  })
})

interface Change {
  readonly createRole?: string
  readonly boundary?: string
  readonly tags?: string
  readonly more?: string
  readonly condition?: string
  /** Fields of another grant. */
  readonly other?: string
}

/** The errors of the example with a created role, as `path|message|hint`. */
function errorsWith(change: Change, permissionsBoundaries?: readonly string[]): string[] {
  const {
    createRole = 'createRole: true',
    boundary = `permissionsBoundary: ${BOUNDARY}`,
    tags = USER_TAGS,
    more = 'webIdentity: minted',
    condition = "{ StringLike: { 's3:prefix': '{{team}}/{{user}}/*' } }",
    other,
  } = change
  const text = EXAMPLE.replace('duration: 1h', [createRole, boundary].join('\n    '))
    .replace(TAGS, tags)
    .replace('webIdentity: minted', more)
    .replace("{ StringLike: { 's3:prefix': '{{team}}/{{user}}/*' } }", condition)
  const { errors } = compileTenant(
    other === undefined ? text : `${text}  other:\n    ${other}\n`,
    'acme.yaml',
    permissionsBoundaries === undefined ? {} : { permissionsBoundaries },
  )
  return errors.map(({ path, message, hint }) => `${path}|${message}|${hint}`)
}
