/** Runs a fuzz target on one input and tells whether it held: what it throws must be a BrokerError. */
import { BrokerError } from '@token-broker/core'
import type { FuzzTarget } from './targets.ts'

/** @throws whatever the target throws that is no refusal */
export async function runTarget(target: FuzzTarget, input: Buffer): Promise<void> {
  try {
    await target(input)
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error
  }
}
