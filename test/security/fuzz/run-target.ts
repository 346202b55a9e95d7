/** Runs a fuzz target on one input. The only error that it may throw is a BrokerError. */
import { BrokerError } from '@token-broker/core'
import type { FuzzTarget } from './targets.ts'

/** @throws every other error of the target */
export async function runTarget(target: FuzzTarget, input: Buffer): Promise<void> {
  try {
    await target(input)
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error
  }
}
