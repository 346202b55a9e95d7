/** The life of a session for people. No character of a record or an event is obeyed or hidden. */
import { decidesAlone } from '@token-broker/core/explanation-words'
import { statementLines } from '../../documents/permission-output.ts'
import { oneLine, type Paint } from '../../terminal.ts'
import type { StatedPolicy } from '../cloudtrail/denial-reason.ts'
import { recordText } from '../record-text.ts'
import type { DenialVerdict, LayerVerdict } from './judge-denial.ts'
import type { ActionCount, SessionActivity } from './session-activity.ts'
import type { ExplainedDenial, SessionLife } from './session-life.ts'

/** Longer values are cut; `--format json` prints all of them. */
const MAX_VALUE_CHARACTERS = 500
/** Operations of a session that are listed. */
const SHOWN_ACTIONS = 50

export function sessionLifeText(life: SessionLife, paint: Paint): string {
  const { record, owner, later, moreLater, shared, moreShared, activity, layers, denials } = life
  const laterCount = later.length + moreLater
  const sharedCount = shared.length + moreShared
  const lines = [
    paint('bold', 'session at AWS'),
    ...(owner
      ? [
          detail('access key', owner.accessKeyId, paint),
          detail('role', owner.assumedRoleArn ?? 'not recorded', paint),
          detail('valid', validityText(owner.issuedMs, owner.expiresMs), paint),
          ...layers.map((layer) =>
            detail(
              layer.name,
              layer.statements === undefined ? `not known: ${layer.origin}` : layer.origin,
              paint,
            ),
          ),
        ]
      : ['  the request issued none']),
    ...(sharedCount === 0
      ? []
      : [detail('shared', `${countOf(sharedCount, 'other request')} got it too`, paint)]),
    ...(laterCount === 0
      ? []
      : [detail('later', `${countOf(laterCount, 'request')} to the broker with it`, paint)]),
    ...(owner ? activityLines(activity, paint) : []),
    ...denials.flatMap((denial) => ['', ...denialLines(denial, paint)]),
  ]
  return `${recordText(record, paint)}${lines.map((line) => `${line}\n`).join('')}`
}

function activityLines(activity: SessionActivity | undefined, paint: Paint): string[] {
  if (activity === undefined)
    return ['', paint('dim', 'name events of CloudTrail with --cloudtrail to see what it did')]
  const { events, firstMs, lastMs, actions, uncountedEvents, unexplainedDenials } = activity
  if (firstMs === undefined || lastMs === undefined)
    return ['', paint('bold', 'no event of CloudTrail is of this session')]
  const sorted = actions.toSorted((a, b) => totalOf(b) - totalOf(a))
  const others =
    uncountedEvents + sorted.slice(SHOWN_ACTIONS).reduce((sum, one) => sum + totalOf(one), 0)
  return [
    '',
    paint('bold', `${countOf(events, 'event')} from ${timeOf(firstMs)} to ${timeOf(lastMs)}`),
    ...sorted.slice(0, SHOWN_ACTIONS).map(actionLine),
    ...(others === 0 ? [] : [`  ${countOf(others, 'event')} of other operations`]),
    ...(unexplainedDenials === 0
      ? []
      : [`  ${countOf(unexplainedDenials, 'denial')} of further kinds are not explained`]),
  ]
}

function actionLine(action: ActionCount): string {
  const { source, name, succeeded, denied, failed } = action
  const counts = [
    ...(succeeded === 0 ? [] : [`${succeeded} succeeded`]),
    ...(denied === 0 ? [] : [`${denied} denied`]),
    ...(failed === 0 ? [] : [`${failed} failed`]),
  ]
  return `  ${shown(name)} of ${shown(source)}: ${counts.join(', ')}`
}

const totalOf = ({ succeeded, denied, failed }: ActionCount) => succeeded + denied + failed

function denialLines({ event, count, verdict }: ExplainedDenial, paint: Paint): string[] {
  const what = `${verdict.action ?? event.name} on ${verdict.resource ?? 'a resource'}`
  const from = event.sourceAddress === undefined ? '' : ` from ${event.sourceAddress}`
  const where = event.region === undefined ? '' : ` in ${event.region}`
  return [
    `${paint('red', paint('bold', `denied ${shown(what)}`))}`,
    `  ${timeOf(event.timeMs)}, ${countOf(count, 'time')}, ${shown(event.name + where + from)}`,
    `  ${paint('bold', causeText(verdict))}`,
    ...verdict.layers.flatMap((layer) => layerLines(layer, paint)),
    ...statedLines(verdict),
  ]
}

const OTHER_POLICIES =
  'a resource policy, a policy of the organization, of a VPC endpoint or of a key, or one that ' +
  'is not known here'

function causeText({ cause, deniedBy, layers, stated }: DenialVerdict): string {
  switch (cause) {
    case 'several':
      return `because of the ${deniedBy.join(' and of the ')}`
    case 'neither':
      return stated === undefined || isOwn(stated)
        ? `by neither of the policies: ${OTHER_POLICIES}`
        : `because of the ${stated.type}, by the message of AWS`
    case 'not known':
      return 'which policy denies it is not known'
    default: {
      const isEvaluated = layers.some(
        ({ layer, verdict }) => layer === cause && verdict === 'denied',
      )
      return `because of the ${cause}${isEvaluated ? '' : ', by the message of AWS'}`
    }
  }
}

const isOwn = ({ type }: StatedPolicy) => type === 'session policy'

function layerLines(layer: LayerVerdict, paint: Paint): string[] {
  const { explanation, requestChange, policyChange } = layer
  const nearest = explanation?.nearest
  const statement =
    nearest && layer.verdict !== 'allowed'
      ? statementLines(nearest, decidesAlone(explanation), paint)
      : []
  return [
    `  ${layer.layer}: ${shown(layer.because)}`,
    ...statement.map((line) => `  ${line}`),
    ...(policyChange === undefined ? [] : [`    allowed if you ${shown(policyChange)}`]),
    ...(requestChange.length === 0
      ? []
      : [`    or with a request for ${requestChange.map(shown).join(', ')}`]),
  ]
}

function statedLines({ stated, agrees }: DenialVerdict): string[] {
  if (stated === undefined) return []
  const { type, isExplicit } = stated
  const text = isExplicit ? `a Deny of a ${type} applies` : `no ${type} allows it`
  const agreement =
    agrees === undefined
      ? ''
      : agrees
        ? ', which is the same'
        : '; the policy that is known here decides otherwise, so AWS evaluated another one'
  return [`  AWS says: ${shown(text)}${agreement}`]
}

function validityText(issuedMs: number, expiresMs: number | undefined): string {
  const until = expiresMs === undefined ? 'an unknown time' : timeOf(expiresMs)
  return `${timeOf(issuedMs)} to ${until}`
}

function detail(name: string, value: string, paint: Paint): string {
  return `  ${paint('dim', name.padEnd(14))} ${shown(value)}`
}

function shown(text: string): string {
  return oneLine(
    text.length > MAX_VALUE_CHARACTERS ? `${text.slice(0, MAX_VALUE_CHARACTERS)}…` : text,
  )
}

function countOf(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}

const timeOf = (timeMs: number) => new Date(timeMs).toISOString().replace(/\.\d+Z$/, 'Z')
