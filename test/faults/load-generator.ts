/** Callers that ask without pause, half of whom must be refused, and a ledger of what each was answered. */
import type { AuditRecord } from '@token-broker/core'

export interface Asked {
  readonly user: string
  /** Whether the tenant's rules give this caller anything at all. */
  readonly entitled: boolean
  /** Which part of the test it lies in, with its answer; `between` where it lies in two. */
  readonly phase: string
  /** Undefined: no answer of the broker came. */
  readonly answer: Answer | undefined
}

interface Answer {
  readonly requestId: string
  /** Undefined: credentials. */
  readonly code: string | undefined
  readonly accessKeyId: string | undefined
  readonly assumedRoleArn: string | undefined
}

export interface Load {
  readonly asked: readonly Asked[]
  enter(phase: string): void
  /** Resolves once each request that is under way has ended. */
  stop(): Promise<void>
}

const LANES = 4
/** Above any bound of the broker's own, so that a request without an answer is a lost one. */
const PATIENCE_MS = 20_000

/**
 * @param tokenOf a fresh token of a user; those whose name begins with `blocked` fit no rule
 * @param phase the first one
 */
export function startLoad(
  url: string,
  tokenOf: (user: string) => Promise<string>,
  phase: string,
): Load {
  const asked: Asked[] = []
  let stopping = false
  let count = 0
  const lane = async () => {
    while (!stopping) {
      const number = ++count
      const entitled = number % 2 === 1
      const user = `${entitled ? 'user' : 'blocked'}${number}`
      const sentIn = phase
      const answer = await ask(url, await tokenOf(user))
      asked.push({ user, entitled, phase: sentIn === phase ? phase : 'between', answer })
    }
  }
  const lanes = Promise.all(Array.from({ length: LANES }, lane))
  return {
    asked,
    enter: (name) => {
      phase = name
    },
    async stop() {
      stopping = true
      await lanes
    },
  }
}

async function ask(url: string, token: string): Promise<Answer | undefined> {
  try {
    const response = await fetch(`${url}/v1/credentials`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    const body = JSON.parse(await response.text())
    if (typeof body.requestId !== 'string' || (response.ok ? !body.credentials : !body.code))
      return undefined
    return {
      requestId: body.requestId,
      code: body.code,
      accessKeyId: body.credentials?.accessKeyId,
      assumedRoleArn: body.assumedRoleArn,
    }
  } catch {
    return undefined
  }
}

export interface Audit {
  readonly requests: number
  readonly issued: number
  readonly refused: Readonly<Record<string, number>>
  /** Requests without an answer, answers without their record, records without their answer. */
  readonly lost: number
  /** Credentials for a caller who is due none, or those of another caller. */
  readonly wronglyIssued: number
}

/** Holds what was asked against what was recorded. */
export function auditOf(asked: readonly Asked[], records: readonly AuditRecord[]): Audit {
  const byId = Map.groupBy(records, ({ requestId }) => requestId)
  const refused: Record<string, number> = {}
  let [issued, lost, wronglyIssued] = [0, 0, 0]
  for (const { user, entitled, answer } of asked) {
    const found = answer && byId.get(answer.requestId)
    const record = found?.length === 1 ? found[0] : undefined
    if (
      !answer ||
      !record ||
      record.code !== answer.code ||
      record.accessKeyId !== answer.accessKeyId
    ) {
      lost++
      continue
    }
    if (answer.code !== undefined) {
      refused[answer.code] = (refused[answer.code] ?? 0) + 1
      continue
    }
    issued++
    const own = record.subject === user && answer.assumedRoleArn?.includes(`/${user}-`)
    if (!entitled || !own) wronglyIssued++
  }
  return { requests: asked.length, issued, refused, lost, wronglyIssued }
}
