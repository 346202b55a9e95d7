/** Audit records of a log file: of a session, of a refusal, and of an earlier one. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { makeTemporaryFolder } from '../../fixtures/index.ts'

const folder = makeTemporaryFolder()

export const ISSUED = {
  time: '2026-01-31T12:00:00.000Z',
  requestId: 'request-1',
  endpoint: 'native',
  outcome: 'issued',
  tenant: 'acme',
  issuer: 'https://id.example',
  subject: 'alice',
  rule: 'staff',
  grant: 'reports',
}
export const REFUSED = {
  ...ISSUED,
  time: '2026-01-31T12:10:00.000Z',
  requestId: 'request-2',
  outcome: 'refused',
  code: 'claim_unusable',
  reason: 'The attribute team does not match',
  subject: 'mallory',
}
export const EARLY = {
  ...{ time: '2026-01-31T11:00:00.000Z', requestId: 'request-3', endpoint: 'sts' },
  ...{ outcome: 'refused', code: 'access_denied', reason: 'No tenant of this name.' },
  ...{ wantedTenant: 'acme', wantedGrant: 'reports', clientIp: '192.0.2.7' },
}

/** @returns the path of a new file with these lines */
export function writeLog(...lines: readonly (object | string)[]): string {
  const file = path.join(folder, `${crypto.randomUUID()}.log`)
  const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
  writeFileSync(file, texts.map((text) => `${text}\n`).join(''))
  return file
}
