/** Which calls the page just made to S3 and DynamoDB, and what became of them. */

export interface RecordedCall {
  /** Milliseconds since 1970. */
  readonly atMs: number
  /** @example 'DynamoDB PutItem' */
  readonly operation: string
  /** @example 'game-scores, player eu-central-1:…' */
  readonly target: string
  readonly outcome: 'allowed' | 'denied' | 'failed' | 'not reached'
  /** The error's name, and for a denial the explanation of the local AWS. */
  readonly detail?: string
}

export interface CallJournal {
  /** The newest first. */
  calls(): readonly RecordedCall[]
  add(call: RecordedCall): void
  /** The listener is called after each call. @returns what ends that */
  onChange(listener: () => void): () => void
}

const LIMIT = 40
/** The local AWS explains denials in this header; AWS itself does not have it. */
const DENIAL_HEADER = 'x-token-broker-denial'
const DENIALS = ['AccessDenied', 'AccessDeniedException']

export function createCallJournal(): CallJournal {
  let calls: readonly RecordedCall[] = []
  const listeners = new Set<() => void>()
  return {
    calls: () => calls,
    add(call) {
      calls = [call, ...calls].slice(0, LIMIT)
      for (const listener of listeners) listener()
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

interface Arguments<Input> {
  readonly input: Input
}

/** A middleware of the AWS SDK, for the step `initialize`. */
export function recordCalls(service: string, journal: CallJournal, nowMs: () => number) {
  return <Input extends object, Result>(
    next: (args: Arguments<Input>) => Promise<Result>,
    { commandName = '' }: { readonly commandName?: string },
  ) =>
    async (args: Arguments<Input>): Promise<Result> => {
      const operation = `${service} ${commandName.replace(/Command$/, '')}`
      const call = { atMs: nowMs(), operation, target: describeTarget(args.input) }
      try {
        const result = await next(args)
        journal.add({ ...call, outcome: 'allowed' })
        return result
      } catch (error) {
        journal.add({ ...call, ...describeFailure(error) })
        throw error
      }
    }
}

function describeFailure(error: unknown): Pick<RecordedCall, 'outcome' | 'detail'> {
  const name = String(read(error, 'name'))
  const status = read(read(error, '$metadata'), 'httpStatusCode')
  if (typeof status !== 'number') return { outcome: 'not reached', detail: name }
  const explanation = read(read(read(error, '$response'), 'headers'), DENIAL_HEADER)
  const isDenied = DENIALS.includes(name)
  const detail = typeof explanation === 'string' ? explanation : String(read(error, 'message'))
  return isDenied
    ? { outcome: 'denied', detail }
    : // A condition that is not met is part of the game: the row or the picture is already there.
      { outcome: 'failed', detail: name }
}

function describeTarget(input: object): string {
  const key = read(input, 'Key')
  const player =
    read(read(key, 'player'), 'S') ??
    read(read(read(input, 'Item'), 'player'), 'S') ??
    read(read(read(input, 'ExpressionAttributeValues'), ':player'), 'S')
  return [
    read(input, 'Bucket') ?? read(input, 'TableName'),
    read(input, 'IndexName'),
    typeof key === 'string' ? key : undefined,
    typeof player === 'string' ? `player ${player}` : undefined,
  ]
    .filter((part) => typeof part === 'string')
    .join(', ')
}

function read(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
