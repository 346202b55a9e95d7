/** Asks the broker which rule and grant decide about this player, and with which session policy. */
import { send } from '../browser-platform.ts'

export interface ExplainedPlayer {
  readonly outcome: string
  readonly rule?: string
  readonly grant?: string
  /** JSON, indented. */
  readonly sessionPolicy?: string
  readonly code?: string
}

/** @throws {Error} the broker cannot be reached, or does not explain */
export async function explainPlayer(
  url: string,
  caller: {
    readonly pool: string
    readonly identityId: string
    readonly logins: Readonly<Record<string, string>>
  },
  signal: AbortSignal,
): Promise<ExplainedPlayer> {
  const { logins, ...known } = caller
  const response = await send(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(Object.keys(logins).length === 0 ? known : { ...known, logins }),
    ...{ credentials: 'omit', redirect: 'error', signal },
  })
  const body: unknown = await response.json()
  if (!response.ok) throw new Error(`the broker responded with ${response.status}`)
  const text = (name: string): Record<string, string> => {
    const value = read(body, name)
    return typeof value === 'string' ? { [name]: value } : {}
  }
  const policy = read(read(body, 'plan'), 'sessionPolicy')
  return {
    outcome: String(read(body, 'outcome')),
    ...{ ...text('rule'), ...text('grant'), ...text('code') },
    ...(policy === undefined ? {} : { sessionPolicy: JSON.stringify(policy, null, 2) }),
  }
}

function read(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
