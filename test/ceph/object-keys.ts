/** The object keys of the matrix: own, foreign, and those that a careless matcher would confuse. */
import { USERS } from './users.ts'

const { odd } = USERS

export const OBJECT_KEYS: readonly string[] = [
  // Alice's own prefix, and below it.
  'acme/red/alice/report',
  'acme/red/alice/2026/report',
  'acme/red/alice/a:b',
  'acme/red/alice/ü and ?*',
  // Those of other users, in the same team and in others.
  'acme/red/al/report',
  'acme/red/report',
  'acme/red/closed/report',
  'acme/blue/report',
  `acme/blue/${odd.user}/report`,
  'beta/blue/bob/report',
  'beta/blue/bob/2026/report',
  'report',
  // Keys that start or end like one of another user.
  'acme/red/alice',
  'acme/red/alice2/report',
  'acme/red/alice /report',
  'acme/red2/alice/report',
  // Paths that would lead elsewhere if they were resolved; S3 treats them as plain keys.
  'acme/red/alice/../al/report',
  'acme/red/al/../alice/report',
  'acme/red/alice/./report',
  'acme/red//alice/report',
  'acme//red/alice/report',
  'acme/red/alice%2Freport',
  'acme/red/alice/%2e%2e/al/report',
  // Wildcards and variables, which have no special meaning in a key.
  '*',
  'acme/*',
  'acme/red/*/report',
  'acme/red/a*/report',
  'acme/red/al?ce/report',
  'acme/red/${aws:username}/report',
  // Other case, and a Cyrillic letter that looks Latin.
  'acme/red/Alice/report',
  'ACME/red/alice/report',
  'acme/red/аlice/report',
]

/** The prefix of a listing of the key's folder: everything up to the last slash. */
export function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1)
}
