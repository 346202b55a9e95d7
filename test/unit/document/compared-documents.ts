/** A tenant document, copies of it with changes, and the comparison of two of them. */
import { compareTenants, compileTenants } from '@token-broker/core/document'
import { expect } from 'vitest'

export const BASE = `
tenant: acme
issuers:
  - issuer: https://id.example
    audiences: [app]
    authorizedParties: [web]
    member: claims.org == "acme"
attributes:
  user: { from: claims.sub, pattern: '[a-z]{1,8}' }
rules:
  - { name: suspended, when: claims.suspended == true, deny: true }
  - { name: staff, when: claims.staff == true, grant: reports }
  - { name: others, grant: uploads }
grants:
  reports:
    role: arn:aws:iam::111122223333:role/reports
    policy:
      - Sid: Read
        Effect: Allow
        Action: s3:GetObject
        Resource: 'arn:aws:s3:::acme/{{user}}/*'
      - Sid: Keep
        Effect: Deny
        Action: s3:*
        Resource: arn:aws:s3:::acme/*/secret/*
  uploads:
    role: arn:aws:iam::111122223333:role/uploads
    managedPolicies: [arn:aws:iam::111122223333:policy/a]
    policy:
      - Sid: Write
        Effect: Allow
        Action: s3:PutObject
        Resource: 'arn:aws:s3:::acme-uploads/{{user}}/*'
identityPools:
  - id: eu-central-1:0f7c1a52-9a54-4a0e-8f3f-2c5f0d6b7e81
    secret: pool
    logins: { id.example: https://id.example }
allowedOrigins: [https://app.example]
`

export function compiledTenants(text: string) {
  const { tenants, errors } = compileTenants([{ file: 'acme.yaml', text }])
  expect(errors).toEqual([])
  return tenants
}

/** @returns the document with a change, which must be one */
export function changedBase(from: string | RegExp, to: string): string {
  const text = BASE.replace(from, to)
  expect(text).not.toBe(BASE)
  return text
}

export const compareTexts = (before: string, after: string) =>
  compareTenants(compiledTenants(before), compiledTenants(after))
