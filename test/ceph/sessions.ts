/** The sessions of the matrix: the user, the grant, and how the request narrows it. */
import type { Statement } from './ceph-tenants.ts'
import { BUCKET } from './ceph-tenants.ts'
import type { USERS } from './users.ts'

export interface WantedSession {
  readonly name: string
  readonly user: keyof typeof USERS
  readonly grant: string
  /** Sids to keep. */
  readonly statements?: readonly string[]
  /** A session policy that the caller sends to the STS endpoint. */
  readonly policy?: readonly Statement[]
}

const BELOW_2026: Statement = {
  Effect: 'Allow',
  Action: ['s3:GetObject', 's3:PutObject'],
  Resource: `arn:aws:s3:::${BUCKET}/acme/red/alice/2026/*`,
}
const NO_PUT: Statement = { Effect: 'Deny', Action: 's3:PutObject', Resource: '*' }

export const SESSIONS: readonly WantedSession[] = [
  { name: 'alice own', user: 'alice', grant: 'own' },
  { name: 'alice direct', user: 'alice', grant: 'direct' },
  { name: 'al own', user: 'al', grant: 'own' },
  { name: 'al direct', user: 'al', grant: 'direct' },
  { name: 'odd own', user: 'odd', grant: 'own' },
  { name: 'alice team', user: 'alice', grant: 'team' },
  { name: 'odd team', user: 'odd', grant: 'team' },
  { name: 'alice tagged', user: 'alice', grant: 'tagged' },
  { name: 'odd tagged', user: 'odd', grant: 'tagged' },
  { name: 'alice everything', user: 'alice', grant: 'everything' },
  { name: 'alice nothing', user: 'alice', grant: 'nothing' },
  { name: 'bob drop', user: 'bob', grant: 'drop' },
  { name: 'bob fetch', user: 'bob', grant: 'fetch' },
  { name: 'alice List', user: 'alice', grant: 'own', statements: ['List'] },
  { name: 'alice 2026', user: 'alice', grant: 'own', policy: [BELOW_2026] },
  { name: 'alice no Put', user: 'alice', grant: 'own', policy: [BELOW_2026, NO_PUT] },
]
