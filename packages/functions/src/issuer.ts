/** Puts the `issuer` function together: discovery and the public halves of KMS keys, and nothing else. */
import { BrokerError } from '@token-broker/core'
import { createKmsPublicKeys } from './adapters/signers/kms-public-keys.ts'
import type { App } from './http.ts'
import { issuerRoutes } from './issuer-routes.ts'
import { readIssuerConfiguration } from './kms-configuration.ts'
import { createRouter, NoSuchRoute, type Routes, unroutedResponse } from './routing.ts'
import type { Environment } from './settings.ts'

/** Clock, randomness and output, which only roots may touch. */
export interface IssuerWorld {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly newId: () => string
  /** Gets a line of JSON for each failure: no one is told of it but the operator. */
  readonly log: (line: string) => void
}

/** A wrong setting is told to whoever calls, and in full to the log, instead of crashing the start. */
export function createIssuer(environment: Environment, world: IssuerWorld): App {
  const tell = ({ code, message }: BrokerError, requestId?: string) => {
    const time = new Date(world.now()).toISOString()
    world.log(`${JSON.stringify({ time, requestId, surface: 'issuer', code, reason: message })}\n`)
  }
  return createRouter({
    routes: createRoutes(environment, world.now, tell),
    refuse: async (refusal) => {
      const requestId = world.newId()
      if (!(refusal instanceof NoSuchRoute)) tell(refusal, requestId)
      return unroutedResponse(refusal, requestId)
    },
  })
}

function createRoutes(
  environment: Environment,
  now: () => number,
  onOmission: (refusal: BrokerError) => void,
): Routes {
  try {
    const { issuer, ...kms } = readIssuerConfiguration(environment)
    return issuerRoutes(() => issuer, createKmsPublicKeys({ ...kms, now, onOmission }))
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error
    const fail = () => {
      throw error
    }
    return issuerRoutes(fail, fail)
  }
}
