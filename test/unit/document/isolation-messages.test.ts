/** How each finding of the proof is reported: what happens, where, and what to do. */
import { describe, expect, it } from 'vitest'
import { compileTenant, proveTenant } from '../../../packages/core/src/document/index.ts'
import { documentOf, grantOf, ISSUERS, type Parts, reading } from './isolation-documents.ts'

const BUCKET = 'arn:aws:s3:::b/'
const EITHER_SIDE =
  'write a character before and after the slot that neither its pattern nor a wildcard beside ' +
  'it can contain, or limit the pattern; write shared: true if this is intended'

function errorsOf(parts: Parts) {
  return compileTenant(documentOf(parts), 'acme.yaml').errors.map(({ path, message, hint }) => ({
    ...{ path, message, hint },
  }))
}

const own = (statements: readonly string[], tags?: string): Parts => ({
  grants: grantOf('own', statements, tags),
})

describe('two callers who meet', () => {
  it('in one statement are named with their values and the text', () => {
    const attributes = "  x: { from: claims.x, pattern: 'a|ba' }"
    expect(errorsOf({ ...own([reading(`${BUCKET}*{{x}}`)]), attributes })).toEqual([
      {
        path: 'grants.own.policy[0]',
        message: 'a caller with x "a" and a caller with x "ba" can both reach arn:aws:s3:::b/ba',
        hint: EITHER_SIDE,
      },
    ])
  })

  it('by several slots and in several places are named with all of them', () => {
    const attributes = `  x: { from: claims.x, pattern: '[ab]' }
  y: { from: claims.y, pattern: 'a|ab' }`
    const condition = "Condition: { StringLike: { 's3:prefix': '{{y}}*' } }"
    const statement = reading('arn:aws:s3:::{{x}}-b', `, ${condition}`)
    expect(errorsOf({ ...own([statement]), attributes })).toEqual([
      {
        path: 'grants.own.policy[0]',
        message: expect.stringMatching(
          new RegExp(
            String.raw`^a caller with x "(\w)", y "ab?" and a caller with x "\1", y "ab?" can ` +
              String.raw`both reach arn:aws:s3:::\1-b with ab$`,
          ),
        ),
        hint: EITHER_SIDE,
      },
    ])
  })

  it('in two statements are named with the statement of each', () => {
    expect(errorsOf(own([reading(`${BUCKET}{{team}}/*`), reading(`${BUCKET}{{user}}/*`)]))).toEqual(
      [
        {
          path: 'grants.own.policy[1]',
          message: expect.stringMatching(
            new RegExp(
              String.raw`^a caller with team "(\S+)" through grants\.own\.policy\[0\] and a ` +
                String.raw`caller with user "\1" through grants\.own\.policy\[1\] can both ` +
                String.raw`reach arn:aws:s3:::b/\1/$`,
            ),
          ),
          hint:
            'begin each of the two with a fixed word of its own, such as teams/{{team}} and ' +
            'users/{{user}}, or write shared: true on one of the statements if this is intended',
        },
      ],
    )
  })

  it('in a session tag', () => {
    const tags = "{ plot: '{{team}}-{{user}}' }"
    expect(errorsOf(own([reading(`${BUCKET}{{user}}/*`)], tags))).toEqual([
      {
        path: 'grants.own.sessionTags.plot',
        message: expect.stringMatching(/^a caller with team "\S+", user "\S+" and a caller with /),
        hint:
          'write a character between the slots that their patterns cannot contain, ' +
          'or use one session tag for each attribute',
      },
    ])
  })
})

it('two tags of one key that can have the same value are reported', () => {
  const rules = '  - { name: a, grant: a }\n  - { name: b, grant: b }'
  const tagged = (name: string, slot: string) =>
    grantOf(name, [reading(`${BUCKET}public/*`)], `{ owner: '{{${slot}}}' }`)
  const grants = [tagged('a', 'team'), tagged('b', 'user')].join('\n')
  expect(errorsOf({ rules, grants })).toEqual([
    {
      path: 'grants.b.sessionTags.owner',
      message: expect.stringMatching(
        /^a caller with team "(\S+)" through grants\.a\.sessionTags\.owner and a caller with user/,
      ),
      hint:
        'write a fixed text in each of the two values that the other one cannot have, or give ' +
        'one of the tags another key',
    },
  ])
})

it('what everybody reaches and one caller too is reported with the action', () => {
  const statements = [reading(`${BUCKET}{{user}}/*`), reading(`${BUCKET}public/*`)]
  expect(errorsOf(own(statements)).map(({ message }) => message)).toEqual([
    'a caller with user "public" through grants.own.policy[0] and a caller through ' +
      'grants.own.policy[1] can both reach arn:aws:s3:::b/public/ with s3:getobject',
  ])
})

it('slots without effect are reported, with a key that was probably meant', () => {
  const listing = (key: string) =>
    `Action: ['s3:ListBucket'], Resource: 'arn:aws:s3:::b', Condition: { StringNotEquals: { ` +
    `'${key}': '{{user}}' } }`
  const hint =
    'use a slot in Resource or in a condition such as StringLike s3:prefix, or write ' +
    'shared: true if all callers of the grant may share it'
  const message =
    'the slots of this statement do not decide what is reached, so all callers reach the same'
  const path = 'grants.own.policy[0]'
  expect(errorsOf(own([listing('s3:prefix')]))).toEqual([{ path, message, hint }])
  expect(errorsOf(own([listing('s3:prefixes')]))).toEqual([
    { path, message, hint: `did you mean the condition key s3:prefix? ${hint}` },
  ])
  expect(errorsOf(own([listing('aws:SourceVpce')]))).toEqual([{ path, message, hint }])
})

it('users of several issuers with equal values are reported, with each way to part them', () => {
  const resource = reading(`${BUCKET}{{team}}/{{user}}/*`)
  expect(errorsOf({ ...own([resource]), issuers: ISSUERS })).toEqual([
    {
      path: 'grants.own.policy[0]',
      message:
        'the tenant has several issuers, and two of their users can have the same team and user: ' +
        'they would share what is reached here',
      hint:
        'do one of these: write one tenant per issuer; limit the attribute to one issuer with ' +
        'issuer: https://…; limit the rules of the grant with issuer == "https://…"; add an ' +
        'attribute that depends on the issuer alone and use it here too, such as ' +
        'company: { from: \'issuer == "https://…" ? "a" : "b"\' }; or, where equal values mean ' +
        'the same person at each issuer, write acrossIssuers: true on the attribute',
    },
  ])
})

it('what is not decided is reported', () => {
  const attributes = `  x: { from: claims.x, pattern: 'a|ba' }
  y: { from: claims.y, pattern: '[ab]{2}' }`
  expect(errorsOf({ ...own([reading(`${BUCKET}*a{{y}}{{y}}{{x}}`)]), attributes })).toEqual([
    {
      path: 'grants.own.policy[0]',
      message: 'it could not be decided whether two callers with different values can meet here',
      hint:
        'use each slot once, fewer slots, shorter patterns, or a fixed character between slots ' +
        'and wildcards; split a document with hundreds of grants into several tenants',
    },
  ])
})

describe('a finding', () => {
  const findingsOf = (parts: Parts) => proveTenant(documentOf(parts), 'acme.yaml').isolation

  it('names its grant, place, slots and verdict', () => {
    const statements = [
      `Sid: Own, ${reading(`${BUCKET}users/{{user}}/*`)}`,
      reading(`${BUCKET}public/*`),
      reading(`${BUCKET}teams/{{team}}*`, ', shared: true'),
    ]
    expect(findingsOf(own(statements, "{ user: '{{user}}', kind: app }"))).toEqual([
      {
        ...{ grant: 'own', path: ['grants', 'own', 'policy', 0], label: 'Own' },
        ...{ slots: ['user'], verdict: 'separate' },
      },
      {
        ...{ grant: 'own', path: ['grants', 'own', 'policy', 1], label: 'statement 2' },
        ...{ slots: [], verdict: 'same-for-all' },
      },
      {
        ...{ grant: 'own', path: ['grants', 'own', 'policy', 2], label: 'statement 3' },
        ...{ slots: ['team'], verdict: 'shared' },
      },
      {
        ...{ grant: 'own', path: ['grants', 'own', 'sessionTags', 'user'] },
        ...{ label: 'session tag user', slots: ['user'], verdict: 'separate' },
      },
      {
        ...{ grant: 'own', path: ['grants', 'own', 'sessionTags', 'kind'] },
        ...{ label: 'session tag kind', slots: [], verdict: 'same-for-all' },
      },
    ])
  })

  it('names the other statement, and its own slots', () => {
    const statements = [
      reading(`${BUCKET}{{team}}/{{user}}/*`),
      reading(`${BUCKET}{{team}}*`),
      reading(`${BUCKET}{{user}}/*`),
    ]
    const findings = findingsOf(own(statements))
    expect(findings.map(({ verdict, slots }) => [verdict, slots])).toEqual([
      ['separate', ['team', 'user']],
      ['not-separate', ['team']],
      ['not-separate', ['user']],
    ])
    expect(findings[2]?.other?.path).toEqual(['grants', 'own', 'policy', 0])
    expect(findings[1]?.other).toBeUndefined()
  })

  it('of what everybody reaches shows the action beside the resource', () => {
    const statements = [reading(`${BUCKET}{{user}}/*`), reading(`${BUCKET}public/*`)]
    expect(findingsOf(own(statements))[1]).toMatchObject({
      verdict: 'not-separate',
      example: { texts: { Resource: `${BUCKET}public/`, Action: 's3:getobject' } },
    })
  })

  it('of a statement that is written twice is the same twice', () => {
    const twice = [reading(`${BUCKET}{{user}}/*`), reading(`${BUCKET}{{user}}/*`)]
    expect(findingsOf(own(twice)).map(({ verdict }) => verdict)).toEqual(['separate', 'separate'])
  })

  it('is not compared with what is declared as shared', () => {
    const statements = [
      reading(`${BUCKET}{{team}}/*`, ', shared: true'),
      reading(`${BUCKET}{{user}}/*`),
    ]
    expect(findingsOf(own(statements)).map(({ verdict }) => verdict)).toEqual([
      ...['shared', 'separate'],
    ])
  })

  it('is not made for a slot that is not declared, which is an error already', () => {
    expect(findingsOf(own([reading(`${BUCKET}{{nobody}}/*`)]))).toEqual([])
  })
})
