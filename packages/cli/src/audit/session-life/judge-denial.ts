/** Which of the policies that are known explains a denied request, and whether AWS agrees. */
import type { PolicyStatement } from '@token-broker/core'
import type { AwsRequest, RequestExplanation } from '@token-broker/core/explain-request'
import { changeTexts, verdictText } from '@token-broker/core/explanation-words'
import { explainSession } from '../../documents/explain-session.ts'
import type { StatedPolicy } from '../cloudtrail/denial-reason.ts'
import type { EventRequest } from '../cloudtrail/event-request.ts'
import { smallestPolicyChange } from './policy-change.ts'

/** A policy that has to allow each request of the session. */
export interface PolicyLayer {
  readonly name: LayerName
  /** Undefined: not known. */
  readonly statements: readonly PolicyStatement[] | undefined
  /** Where the statements are from, or why they are not known. */
  readonly origin: string
  /** Further policies of this layer, whose text is not known. */
  readonly managedPolicyArns: readonly string[]
  /** Where a statement is written; undefined: where a new one belongs. */
  locate(index: number | undefined): string
}

type LayerName = 'session policy' | 'role policy' | 'permissions boundary'

export interface LayerVerdict {
  readonly layer: LayerName
  readonly verdict: 'allowed' | 'denied' | 'unknown' | 'not evaluated'
  /** In words, such as `denied: no statement allows it`, or why it was not evaluated. */
  readonly because: string
  readonly explanation: RequestExplanation | undefined
  /** Of the request, with which this layer would allow it: one text for each part. */
  readonly requestChange: readonly string[]
  /** The smallest change of the policy with which this layer would allow the request. */
  readonly policyChange: string | undefined
}

export interface DenialVerdict {
  readonly action: string | undefined
  readonly resource: string | undefined
  /** What AWS says; undefined: its message does not name a policy. */
  readonly stated: StatedPolicy | undefined
  readonly layers: readonly LayerVerdict[]
  /**
   * The layers that deny the request. Empty: all that are known allow it, or it is not known
   * whether they do.
   */
  readonly deniedBy: readonly LayerName[]
  /** `neither`: all policies allow the request that a session has of its own. */
  readonly cause: LayerName | 'several' | 'neither' | 'not known'
  /** Undefined: AWS names no policy, or the one that it names was not evaluated. */
  readonly agrees: boolean | undefined
}

/** Names of AWS for the layers. */
const STATED_NAMES: Readonly<Record<string, LayerName>> = {
  'session policy': 'session policy',
  'identity-based policy': 'role policy',
  'permissions boundary': 'permissions boundary',
}

/** @param contextFor the condition keys of a request for this action */
export function judgeDenial(
  { action, resource, stated }: EventRequest,
  layers: readonly PolicyLayer[],
  contextFor: (action: string) => AwsRequest['context'],
): DenialVerdict {
  const request =
    action === undefined || resource === undefined
      ? undefined
      : { action, resource, context: contextFor(action) }
  const verdicts = layers.map((layer) => judgeLayer(layer, request, action))
  const deniedBy = verdicts.flatMap(({ verdict, layer }) => (verdict === 'denied' ? [layer] : []))
  return {
    ...{ action, resource, stated, layers: verdicts, deniedBy },
    cause: causeOf(verdicts, deniedBy, stated),
    agrees: agreement(verdicts, stated),
  }
}

function judgeLayer(
  layer: PolicyLayer,
  request: AwsRequest | undefined,
  action: string | undefined,
): LayerVerdict {
  const { name, statements, origin, managedPolicyArns } = layer
  const nothing = { explanation: undefined, requestChange: [], policyChange: undefined }
  const notEvaluated = (because: string): LayerVerdict => ({
    ...{ layer: name, verdict: 'not evaluated', because, ...nothing },
  })
  if (statements === undefined) return notEvaluated(`not known: ${origin}`)
  if (request === undefined)
    return notEvaluated(
      action === undefined
        ? 'not evaluated: the event does not say which action IAM checked'
        : 'not evaluated: the event does not say for which resource IAM checked the action',
    )
  const sessionPolicy = { Version: '2012-10-17', Statement: statements } as const
  const explanation = explainSession({ sessionPolicy, managedPolicyArns }, request)
  const { verdict } = explanation.verdict
  const isDenied = verdict === 'denied'
  const change = isDenied ? smallestPolicyChange(statements, request, explanation) : undefined
  return {
    ...{ layer: name, verdict, explanation },
    because: becauseOf(explanation),
    requestChange: isDenied && explanation.change ? changeTexts(explanation.change) : [],
    policyChange: change && `${change.text} in ${layer.locate(change.index)}`,
  }
}

function becauseOf(explanation: RequestExplanation): string {
  const { verdict } = explanation
  return verdict.verdict === 'unknown'
    ? `unknown: it depends on ${verdict.missing.join(', ')}`
    : verdictText(explanation)
}

function causeOf(
  verdicts: readonly LayerVerdict[],
  deniedBy: readonly LayerName[],
  stated: StatedPolicy | undefined,
): DenialVerdict['cause'] {
  const [first, ...others] = deniedBy
  if (first !== undefined) return others.length > 0 ? 'several' : first
  if (verdicts.every(({ verdict }) => verdict === 'allowed')) return 'neither'
  if (stated === undefined) return 'not known'
  const named = STATED_NAMES[stated.type]
  if (named === undefined) return 'neither'
  // A policy that allows the request, as far as it is known, is not the cause.
  const isAllowed = verdicts.some(({ layer, verdict }) => layer === named && verdict === 'allowed')
  return isAllowed ? 'not known' : named
}

/** AWS names one policy, also where several deny the request. */
function agreement(
  verdicts: readonly LayerVerdict[],
  stated: StatedPolicy | undefined,
): boolean | undefined {
  const named = stated && STATED_NAMES[stated.type]
  const own = verdicts.find(({ layer }) => layer === named)
  if (named === undefined || own === undefined) return undefined
  if (own.verdict === 'denied') {
    const { explanation } = own
    const isExplicit =
      explanation?.verdict.verdict === 'denied' && explanation.verdict.statement !== undefined
    return isExplicit === stated?.isExplicit
  }
  return own.verdict === 'allowed' ? false : undefined
}
