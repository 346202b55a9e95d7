/** Finds topics of AWS IoT in which a claim value may be a wildcard of MQTT. */
import { SLOT_PATTERN, slotsOf } from '../policy/template.ts'
import { splitArn } from './arn-form.ts'
import { type LintRule, lintedStatements, textsOf } from './lint-context.ts'
import type { LintedAttribute } from './linted-attributes.ts'

const MQTT_WILDCARDS = ['+', '#']
const TOPIC = /^(?:topic|topicfilter|client)\//
const SLOT_ONLY = new RegExp(`^(?:${SLOT_PATTERN})+$`)
const TAG_VARIABLE = /\$\{aws:PrincipalTag\/([^{}]+)\}/gi

/**
 * IAM compares `+` and `#` as characters, but the broker of AWS IoT gives a subscriber of
 * `fields/+/soil` every sensor's messages. A client id becomes part of topics by `${iot:ClientId}`.
 *
 * @see MQTT 5.0 §4.7.1: a wildcard is a whole level of a topic filter
 */
export const checkMqttWildcards: LintRule = (context, report) => {
  const { attributes } = context
  for (const linted of lintedStatements(context)) {
    if (linted.statement.Effect !== 'Allow') continue
    for (const { text, path } of textsOf(linted, ['Resource'])) {
      const [, , service, , , written = ''] = splitArn(text)
      const topic = withTags(written, linted.grant.sessionTags ?? {})
      if (service !== 'iot' || !TOPIC.test(topic)) continue
      const levels = topic.split('/').slice(1)
      const name = levels.flatMap(slotsOf).find((slot) => {
        const attribute = attributes.get(slot)
        const isAlone = levels.some((level) => SLOT_ONLY.test(level) && level.includes(slot))
        return attribute !== undefined && admitsWildcard(attribute, isAlone)
      })
      if (name !== undefined)
        report(
          'mqtt-wildcard',
          path,
          `the pattern of ${name} allows + or #, with which MQTT subscribes to every topic`,
          `write a pattern for ${name} without + and #, such as [A-Za-z0-9._-]{1,64}`,
        )
    }
  }
}

/** @param isAlone whether the attribute may be a whole level of the topic */
function admitsWildcard({ characters, accepts }: LintedAttribute, isAlone: boolean): boolean {
  // A value with slashes has levels of its own.
  if (characters.includes('/')) return MQTT_WILDCARDS.some((one) => characters.includes(one))
  return isAlone && MQTT_WILDCARDS.some(accepts)
}

/** The broker fills the tags of a session from the same attributes. */
function withTags(text: string, tags: Readonly<Record<string, string>>): string {
  const templates = new Map(Object.entries(tags).map(([key, value]) => [key.toLowerCase(), value]))
  return text.replaceAll(TAG_VARIABLE, (variable, key: string) => {
    return templates.get(key.toLowerCase()) ?? variable
  })
}
