/** The objects of the matrix: everybody's own, their neighbours', and names that a careless matcher would take for another. */
import { USERS } from './users.ts'

const { odd } = USERS

export const KEYS: readonly string[] = [
  // Alice's own, and below it.
  'acme/red/alice/report',
  'acme/red/alice/2026/report',
  'acme/red/alice/a:b',
  'acme/red/alice/ü and ?*',
  // The others', of the team and beyond.
  'acme/red/al/report',
  'acme/red/report',
  'acme/red/closed/report',
  'acme/blue/report',
  `acme/blue/${odd.user}/report`,
  'beta/blue/bob/report',
  'beta/blue/bob/2026/report',
  'report',
  // Names that begin or end like another's.
  'acme/red/alice',
  'acme/red/alice2/report',
  'acme/red/alice /report',
  'acme/red2/alice/report',
  // Paths that would lead elsewhere if anybody walked them; to S3 they are names.
  'acme/red/alice/../al/report',
  'acme/red/al/../alice/report',
  'acme/red/alice/./report',
  'acme/red//alice/report',
  'acme//red/alice/report',
  'acme/red/alice%2Freport',
  'acme/red/alice/%2e%2e/al/report',
  // Wildcards and variables, which in a name are themselves.
  '*',
  'acme/*',
  'acme/red/*/report',
  'acme/red/a*/report',
  'acme/red/al?ce/report',
  'acme/red/${aws:username}/report',
  // Other letters.
  'acme/red/Alice/report',
  'ACME/red/alice/report',
  'acme/red/аlice/report',
]

/** What a listing of the key's folder asks for: all up to the last slash. */
export function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1)
}
