/** Draws what Ceph allowed as a table: a row per object, a column per session. */
import { ACTIONS, type Action, type Outcome } from './s3-actions.ts'

export interface Cell {
  readonly session: string
  readonly key: string
  readonly action: Action
  readonly expected: Outcome
  readonly found: Outcome
  readonly evaluated: Outcome | 'unknown'
  /** At the local S3. */
  readonly local: Outcome
}

export function drawMatrix(cells: readonly Cell[], version: string): string {
  const sessions = [...new Set(cells.map(({ session }) => session))]
  const keys = [...new Set(cells.map(({ key }) => key))]
  const wide = Math.max(...keys.map((key) => key.length))
  const columns = sessions.map((session) => ({
    session,
    width: Math.max(session.length, ACTIONS.length),
  }))
  const row = (first: string, texts: readonly string[]) =>
    [first.padEnd(wide), ...texts.map((text, at) => text.padEnd(columns[at]?.width ?? 0))]
      .join('  ')
      .trimEnd()
  const letters = (session: string, key: string) =>
    cells
      .filter((cell) => cell.session === session && cell.key === key)
      .map(({ action, expected, found }) =>
        expected !== found ? '!' : found === 'allowed' ? action.charAt(0) : '·',
      )
      .join('')
  const count = (outcome: Outcome) => cells.filter(({ found }) => found === outcome).length
  const wrong = cells.filter(({ expected, found }) => expected !== found).length
  const actions = ACTIONS.map((action) => `${action.charAt(0)} ${action}`).join(', ')
  const counts = `${count('allowed')} allowed, ${count('denied')} denied, ${wrong} unexpected`
  const others = [
    `${cells.filter(({ evaluated, found }) => evaluated === found).length} of the evaluator`,
    `${cells.filter(({ local, found }) => local === found).length} of the local S3`,
  ]
  return [
    `Allowed by ${version} (${actions}; · denied; ! not what the document says):`,
    '',
    row('', sessions),
    ...keys.map((key) =>
      row(
        key,
        sessions.map((session) => letters(session, key)),
      ),
    ),
    '',
    `${cells.length} requests: ${counts}`,
    `The same result: ${others.join(', ')}`,
  ].join('\n')
}
