/** The tenant document that works, into which the mistakes are introduced. */

/** The sample key of RFC 7517 (appendix A.1), whose private key is published there. */
export const SAMPLE_KEY = {
  kty: 'EC',
  crv: 'P-256',
  kid: 'key-1',
  x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
  y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
} as const

/** Growers have a home in the bucket, and auditors read reports. */
export const ORCHARD = `tenant: orchard
issuers:
  - issuer: https://id.orchard.example
    verify:
      kind: jwt
      keys:
        - kty: EC
          crv: P-256
          kid: key-1
          x: ${SAMPLE_KEY.x}
          y: ${SAMPLE_KEY.y}
    audiences: [orchard-app]
attributes:
  user: { from: claims.sub }
  team: { from: claims.team, pattern: '[a-z]{1,16}' }
rules:
  - name: growers keep records
    when: '"growers" in claims.groups'
    grant: own
  - name: auditors read
    when: claims.auditor == true
    grant: audit
grants:
  own:
    role: arn:aws:iam::111122223333:role/orchard-own
    duration: 30m
    maxDuration: 30m
    sessionTags:
      farm: orchard
      team: '{{team}}'
    sourceIdentity: '{{user}}'
    policy:
      - Sid: ReadHome
        Effect: Allow
        Action: s3:GetObject
        Resource: arn:aws:s3:::orchard-home/{{user}}/*
      - Sid: ListHome
        Effect: Allow
        Action: s3:ListBucket
        Resource: arn:aws:s3:::orchard-home
        Condition:
          StringLike:
            s3:prefix: '{{user}}/*'
  audit:
    role: arn:aws:iam::111122223333:role/orchard-audit
    policy:
      - Sid: ReadAudit
        Effect: Allow
        Action: s3:GetObject
        Resource: arn:aws:s3:::orchard-audit/{{user}}/*
allowedOrigins: ['https://app.orchard.example']
`

/**
 * Replaces one text of the document.
 * @throws {Error} where the document does not contain it exactly once
 */
export function replaceOnce(document: string, from: string, to: string): string {
  const parts = document.split(from)
  if (parts.length !== 2) throw new Error(`Found ${parts.length - 1} times: ${from}`)
  return parts.join(to)
}
