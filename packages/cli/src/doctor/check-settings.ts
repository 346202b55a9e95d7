/** Whether a broker with these environment variables could start, and with which key it signs. */
import { BrokerError } from '@token-broker/core'
import { createLocalSigner } from '@token-broker/functions/local-signer'
import {
  type Configuration,
  explainUnused,
  readConfiguration,
  recordReads,
} from '@token-broker/functions/settings'
import { type CheckResult, failed, ok, skipped, warning } from '../checks/check-result.ts'
import type { BrokerVariables } from './read-environment.ts'

export interface CheckedSettings {
  readonly results: readonly CheckResult[]
  /** Undefined: the settings are invalid. */
  readonly configuration?: Configuration
}

/** Lambda sets them; the operator's own are used for all calls. */
const OF_LAMBDA = { AWS_ACCESS_KEY_ID: 'of-lambda', AWS_SECRET_ACCESS_KEY: 'of-lambda' }
/** What else the program reads in a function. */
const OTHERS: readonly string[] = []

export function checkSettings(variables: BrokerVariables): CheckedSettings {
  const check = 'settings'
  const { environment, findUnread } = recordReads({ ...OF_LAMBDA, ...variables })
  try {
    const configuration = readConfiguration(environment, 'tenants.jsonl')
    const count = Object.keys(variables).filter((name) => name.startsWith('BROKER_')).length
    return {
      configuration,
      results: [
        ok(check, `${count} variables are valid; the issuer is ${configuration.issuer}`),
        ...unusedResults(findUnread(), true),
      ],
    }
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error
    const [problem = '', fix] = splitSentence(error.message)
    return {
      results: [
        failed(check, problem, fix ?? 'correct this variable'),
        ...unusedResults(findUnread(), false),
      ],
    }
  }
}

function unusedResults(names: readonly string[], started: boolean): CheckResult[] {
  return explainUnused(names, { started, others: OTHERS }).map((sentence) => {
    const [problem = '', fix] = splitSentence(sentence)
    return warning('settings', problem, fix ?? 'remove it')
  })
}

/** `what is wrong; what to do.` */
function splitSentence(sentence: string): readonly string[] {
  const at = sentence.indexOf('; ')
  const text = sentence.replace(/\.$/, '')
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 2)]
}

export interface SigningKey {
  readonly result: CheckResult
  /** `kid` of the tokens that the broker signs; undefined: there is no usable key. */
  readonly keyId?: string
}

/** Of a key in the settings. The message names no part of it. */
export async function checkLocalKey({
  signingKey,
  nextSigningKey,
  issuer,
}: Configuration): Promise<SigningKey> {
  const check = 'signing key'
  if (signingKey === undefined)
    return {
      result: warning(
        check,
        'none is set: only grants with webIdentity: pass-through work',
        'set BROKER_SIGNING_KEY, BROKER_SIGNING_KEY_FILE or BROKER_KMS_SIGNING_KEY',
      ),
    }
  const next = nextSigningKey === undefined ? {} : { nextKey: nextSigningKey }
  try {
    const { keys } = await createLocalSigner({
      currentKey: signingKey,
      ...next,
      issuer,
    }).publicJwks()
    const [current, following] = keys
    const { kid, alg } = current ?? {}
    const text = `${alg}, kid ${kid}${following ? `; the next one is ${following.kid}` : ''}`
    return { result: ok(check, text), ...(kid === undefined ? {} : { keyId: kid }) }
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error
    const [problem = '', fix] = splitSentence(error.message)
    return { result: failed(check, problem, fix ?? 'replace the key') }
  }
}

export function skipSettings(): readonly CheckResult[] {
  const why =
    'there is no BROKER_ISSUER here; write --env FILE, such as the output of "aws lambda ' +
    'get-function-configuration --function-name NAME"'
  return [skipped('settings', why), skipped('signing key', 'the settings are not known')]
}
