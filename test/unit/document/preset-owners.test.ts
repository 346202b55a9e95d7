/** Issuers that all customers of a provider share need a condition that names the own tokens. */
import { describe, expect, it } from 'vitest'
import { presetErrors } from './preset-documents.ts'

describe('an issuer of which every customer of the provider gets tokens', () => {
  const errorWith = (member: string | undefined, kind = 'github-actions') =>
    presetErrors({ verify: { kind }, member }).filter((error) => error.includes('].member: '))

  it.each([
    ['github-actions', 'claims.repository_owner_id == "65"'],
    ['github-actions', 'claims.repository in ["octo-org/a", "octo-org/b"]'],
    ['github-actions', 'claims.sub == "repo:octo-org/a:ref:refs/heads/main"'],
    ['github-actions', 'claims.repository_id == "7" && claims.ref.startsWith("refs/heads/")'],
    ['gitlab', 'claims.namespace_id == "72"'],
    ['gitlab', '"20" == claims.project_id'],
    ['buildkite', 'claims.organization_id == "f892efa9-103e-4d28-97a1-3b8616a0994d"'],
  ])('%s compiles with member: %s', (kind, member) => {
    expect(errorWith(member, kind)).toEqual([])
  })

  it.each([
    undefined,
    'claims.ref == "refs/heads/main"',
    'claims.repository_owner_id == 65',
    'claims.repository_owner_id == "65" || claims.ref == "refs/heads/main"',
    'claims.repository.startsWith("octo-org")',
    'claims.repository_owner_id != "66"',
    'has(claims.repository_owner_id)',
    'claims.event.repository_id == "7"',
  ])('does not compile with member: %s', (member) => {
    expect(errorWith(member)).toEqual([
      'issuers[0].member: every customer of github-actions can get a token of ' +
        'https://token.actions.githubusercontent.com for any audience, and no member condition ' +
        'names the customer; write member: claims.repository_owner_id == "…" with your own id as ' +
        'text, or compare another one of: repository_owner_id, repository_id, enterprise_id, ' +
        'sub, repository_owner, repository, enterprise',
    ])
  })

  it.each([
    ['github-actions', 'https://token.actions.octocorp.ghe.com'],
    ['gitlab', 'https://gitlab.acme.example'],
  ])('%s does not need it where %s belongs to one customer', (kind, issuer) => {
    expect(presetErrors({ issuer, verify: { kind } })).toEqual([])
  })
})
