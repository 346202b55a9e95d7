/** Attributes whose patterns allow what a session tag or a topic of MQTT must not contain. */
import { describe, expect, it } from 'vitest'
import { documentWith, findingsOf, lintText } from './lint-text.ts'

const attributes = (pattern?: string) =>
  pattern === undefined
    ? 'attributes:\n  user: { from: claims.sub }\n'
    : `attributes:\n  user: { from: claims.sub, pattern: '${pattern}' }\n`

describe('a session tag', () => {
  const GRANTS = `grants:
  own:
    role: arn:aws:iam::111122223333:role/orchard
    sessionTags: { user: '{{user}}', fixed: orchard }
    policy: [{ Effect: Allow, Action: s3:GetObject, Resource: 'arn:aws:s3:::orchard/*' }]
`

  it.each([
    [undefined, "write user: { …, pattern: '[A-Za-z0-9._@+=-]{1,128}' }"],
    ['[a-z|!]{1,20}', "write user: { …, pattern: '[a-z]{1,20}' }"],
    ['[a-z]+\\|[a-z]+', 'write a pattern for user without |'],
    ['[^@]{1,20}', 'write a pattern for user without'],
  ])('does not accept all values of the pattern %s', (pattern, hint) => {
    const [finding, ...others] = lintText(documentWith(attributes(pattern) + GRANTS))
    expect(others).toEqual([])
    expect(finding).toMatchObject({ id: 'tag-characters', path: 'grants.own.sessionTags.user' })
    expect(finding?.hint).toContain(hint)
  })

  it.each(['[A-Za-z0-9._@+=-]{1,128}', '[a-z]+/[a-z: ]+', '(?:a|b)'])(
    'accepts all values of the pattern %s',
    (pattern) => {
      expect(findingsOf(documentWith(attributes(pattern) + GRANTS))).toEqual([])
    },
  )
})

describe('a topic of AWS IoT', () => {
  const grants = (resource: string, action = 'iot:Subscribe') => `grants:
  own:
    role: arn:aws:iam::111122223333:role/orchard
    sessionTags: { sensor: '{{user}}' }
    policy:
      - Effect: Allow
        Action: ${action}
        Resource: 'arn:aws:iot:eu-west-1:111122223333:${resource}'
`
  const idsOf = (pattern: string | undefined, resource: string, action?: string) =>
    lintText(documentWith(attributes(pattern) + grants(resource, action)))
      .map(({ id }) => id)
      .filter((id) => id !== 'tag-characters')

  it.each([
    [undefined, 'topicfilter/fields/{{user}}/soil'],
    ['[a-z#]{1,9}', 'topicfilter/{{user}}'],
    ['[+]|[a-z]+', 'topicfilter/fields/{{user}}/*'],
    ['[a-z/+]{1,9}', 'topicfilter/fields-{{user}}/soil'],
    [undefined, 'topicfilter/fields/${aws:PrincipalTag/sensor}/soil'],
    [undefined, 'topicfilter/fields/${aws:principaltag/Sensor}/soil'],
  ])('with the pattern %s may be a wildcard: %s', (pattern, resource) => {
    expect(idsOf(pattern, resource)).toEqual(['mqtt-wildcard'])
  })

  it('is checked for publishing and connecting too', () => {
    expect(idsOf(undefined, 'topic/fields/{{user}}', 'iot:Publish')).toEqual(['mqtt-wildcard'])
    expect(idsOf(undefined, 'client/{{user}}', 'iot:Connect')).toEqual(['mqtt-wildcard'])
  })

  it.each([
    ['[A-Za-z0-9._-]{1,64}', 'topicfilter/fields/{{user}}/soil'],
    ['[a-z]+[+][a-z]+', 'topicfilter/fields/{{user}}/soil'],
    ['[a-z+]{1,9}', 'topicfilter/fields/s-{{user}}/soil'],
    [undefined, 'topicfilter/fields/+/${aws:PrincipalTag/other}'],
  ])('with the pattern %s is never a wildcard: %s', (pattern, resource) => {
    expect(idsOf(pattern, resource)).toEqual([])
  })

  it('is neither a thing nor a topic of Kafka', () => {
    expect(idsOf(undefined, 'thing/{{user}}', 'iot:GetThingShadow')).toEqual([])
    const kafka = grants('topic/orchard/*/{{user}}', 'kafka-cluster:ReadData')
    const text = documentWith(attributes() + kafka.replace(/sessionTags.*/, '')).replace(
      'arn:aws:iot:',
      'arn:aws:kafka:',
    )
    expect(findingsOf(text)).toEqual([])
  })
})
