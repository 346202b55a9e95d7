/**
 * Composes the `issuer` function: discovery and the public halves of KMS keys, and nothing else.
 */
import { BrokerError } from '@token-broker/core'
import { printableJson } from './adapters/audit/printable-json.ts'
import { createKmsPublicKeys } from './adapters/signers/kms-public-keys.ts'
import { readIssuerConfiguration } from './configuration/kms-configuration.ts'
import type { Environment } from './configuration/settings.ts'
import { issuerRoutes } from './endpoints/issuer-documents.ts'
import type { App } from './http.ts'
import { createRouter, refuseWithoutKeys, UnknownRoute, unroutedResponse } from './routing.ts'

/** Clock, randomness and output, which only roots may access. */
export interface IssuerPorts {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly newId: () => string
  /** Gets one line of JSON for each failure; only the operator sees it. */
  readonly log: (line: string) => void
}

/** A wrong setting is reported to every caller, and in full to the log, instead of by a crash. */
export function composeIssuer(environment: Environment, ports: IssuerPorts): App {
  const logFailure = ({ code, message }: BrokerError, requestId?: string) => {
    const time = new Date(ports.now()).toISOString()
    ports.log(`${printableJson({ time, requestId, endpoint: 'issuer', code, reason: message })}\n`)
  }
  const refuse = async (refusal: BrokerError, status?: number) => {
    const requestId = ports.newId()
    if (!(refusal instanceof UnknownRoute)) logFailure(refusal, requestId)
    return unroutedResponse(refusal, requestId, status)
  }
  try {
    const { issuer, ...kms } = readIssuerConfiguration(environment)
    const publicKeys = createKmsPublicKeys({ ...kms, now: ports.now, onOmission: logFailure })
    return createRouter({
      url: issuer,
      routes: issuerRoutes(() => issuer, publicKeys, refuseWithoutKeys),
      refuse: (refusal) => refuse(refusal),
    })
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error
    logFailure(error)
    return () => refuse(error, 503)
  }
}
