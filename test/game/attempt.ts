/** An attempt of a hostile player with the credentials that the page of the game has. */
import type * as dynamo from '@aws-sdk/client-dynamodb'
import type * as s3 from '@aws-sdk/client-s3'
import type { HttpHandlerOptions } from '@smithy/types'
import type { PoolSession } from './started-game.ts'

/** The options of each command of the SDK. */
export type CommandOptions = HttpHandlerOptions & { readonly requestHandler: unknown }

/** Somebody of whom the hostile player wants something. */
export interface Target {
  readonly identityId: string
}

export interface Attacker extends PoolSession {
  readonly s3: s3.S3Client
  readonly dynamodb: dynamo.DynamoDBClient
}

export interface Attempt {
  readonly name: string
  readonly run: (attacker: Attacker, target: Target) => Promise<unknown>
}

/** @returns the code with which the attempt failed; `allowed` where it did not */
export async function tryAttempt(
  { run }: Attempt,
  attacker: Attacker,
  target: Target,
): Promise<string> {
  try {
    await run(attacker, target)
    return 'allowed'
  } catch (error) {
    if (!(error instanceof Error)) throw error
    // A response to HEAD has no body, and so no code.
    const status = Reflect.get(Reflect.get(error, '$metadata') ?? {}, 'httpStatusCode')
    return error.name === 'Unknown' || error.name === 'Forbidden' ? `${status}` : error.name
  }
}
