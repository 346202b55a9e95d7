/** `token-broker audit session`: the forms in which AWS delivers events, and hostile ones. */
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeTemporaryFolder } from '../../fixtures/index.ts'
import { cloudTrailEvent, deniedObject } from './cloudtrail-events.ts'
import { type RecordedSession, recordSession } from './recorded-session.ts'

let recorded: RecordedSession

beforeAll(async () => {
  recorded = await recordSession()
})

describe('reads events', () => {
  const two = () => [
    cloudTrailEvent(recorded.owner),
    deniedObject(recorded.owner, 'PutObject', 'alice/x', 'Access Denied'),
  ]
  const forms: Readonly<Record<string, (events: readonly object[]) => string | Buffer>> = {
    'a file of a trail': (Records) => JSON.stringify({ Records }),
    'a file of a trail as AWS delivers it': (Records) => gzipSync(JSON.stringify({ Records })),
    'one event in each line': (events) =>
      events.map((event) => `${JSON.stringify(event)}\n`).join(''),
    'an array': (events) => JSON.stringify(events),
    'the output of "aws cloudtrail lookup-events"': (events) =>
      JSON.stringify({
        Events: events.map((event) => ({
          EventId: 'x',
          AccessKeyId: recorded.owner.accessKeyId,
          CloudTrailEvent: JSON.stringify(event),
        })),
      }),
    'the output of "aws logs filter-log-events"': (events) =>
      JSON.stringify({
        events: events.map((event) => ({ message: JSON.stringify(event) })),
        searchedLogStreams: [],
      }),
    'events of EventBridge': (events) =>
      events
        .map((detail) => JSON.stringify({ 'detail-type': 'AWS API Call via CloudTrail', detail }))
        .join('\n'),
  }

  it.each(Object.entries(forms))('of %s', async (_, form) => {
    const file = recorded.write(`${crypto.randomUUID()}.json`, form(two()))
    const { activity, denials } = await recorded.fieldsOf('--cloudtrail', file)
    expect(activity).toMatchObject({ events: 2 })
    expect(denials).toHaveLength(1)
  })

  it('of the folders of a trail', async () => {
    const day = path.join(
      recorded.folder,
      'AWSLogs/111122223333/CloudTrail/eu-central-1/2026/11/27',
    )
    mkdirSync(day, { recursive: true })
    const [first, second] = two()
    writeFileSync(path.join(day, 'a.json.gz'), gzipSync(JSON.stringify({ Records: [first] })))
    writeFileSync(path.join(day, 'b.json.gz'), gzipSync(JSON.stringify({ Records: [second] })))
    writeFileSync(path.join(day, 'digest.txt'), 'no event')
    const { activity } = await recorded.fieldsOf(
      '--cloudtrail',
      path.join(recorded.folder, 'AWSLogs'),
    )
    expect(activity).toMatchObject({ events: 2 })
  })

  it('once, and none of another session', async () => {
    const event = cloudTrailEvent(recorded.owner)
    const other = { ...recorded.owner, accessKeyId: 'ASIAOTHERSESSION0000' }
    const { activity } = await recorded.fieldsOf(
      ...[
        '--cloudtrail',
        recorded.trail(event, cloudTrailEvent(other)),
        '--cloudtrail',
        recorded.trail(event),
      ],
    )
    expect(activity.actions).toEqual([
      ...[{ source: 's3.amazonaws.com', name: 'GetObject', succeeded: 1, denied: 0, failed: 0 }],
    ])
  })

  it('without an access key id, by the role, its session name and the time', async () => {
    const withoutKey = (time: string) => ({
      ...cloudTrailEvent({ ...recorded.owner, time }),
      userIdentity: { type: 'AssumedRole', arn: recorded.owner.assumedRoleArn },
    })
    const later = new Date(Date.parse(recorded.owner.time) + 2 * 3_600_000).toISOString()
    const { activity } = await recorded.fieldsOf(
      ...['--cloudtrail', recorded.trail(withoutKey(recorded.owner.time), withoutKey(later))],
    )
    expect(activity.events).toBe(1)
  })

  it('and refuses what it cannot read', async () => {
    const file = recorded.write('broken.json.gz', gzipSync('{"Records":[]}').subarray(0, 20))
    expect(await recorded.session('--cloudtrail', file)).toMatchObject({
      ...{ code: 1, stderr: expect.stringContaining('is not complete as gzip') },
    })
    expect(
      await recorded.session('--cloudtrail', path.join(recorded.folder, 'missing')),
    ).toMatchObject({
      ...{ code: 1, stderr: expect.stringContaining('--cloudtrail: cannot read') },
    })
    expect(await recorded.session('--cloudtrail', makeTemporaryFolder())).toMatchObject({
      ...{ code: 1, stderr: expect.stringContaining('expected files such as .json.gz') },
    })
  })
})

describe('survives hostile events', () => {
  const hostile = '\u001b[31mX\u202e\ud800</script>javascript:alert(1)\n  granted'

  it('and shows no control character of them', async () => {
    const event = cloudTrailEvent(recorded.owner, {
      ...{ eventName: hostile, eventSource: `s3.amazonaws.com${hostile}`, awsRegion: hostile },
      ...{ errorCode: 'AccessDenied', sourceIPAddress: hostile, userAgent: hostile },
      errorMessage: [
        `is not authorized to perform: s3:GetObject on resource: "${hostile}"`,
        hostile,
      ].join(' '),
      requestParameters: { bucketName: hostile, key: hostile, __proto__: { versionId: 'x' } },
    })
    const { code, stdout } = await recorded.session(
      ...['--cloudtrail', recorded.trail(event), '--tenants', recorded.tenants],
    )
    expect(code).toBe(0)
    expect(stdout).toContain('\\u001b[31mX\\u202e')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of these may be there
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
    expect(stdout).not.toMatch(/^ {2}granted/m)
  })

  it.each<[string, unknown]>([
    ['no object', [1, null, 'x', true]],
    ['members of other types', { eventName: 1, eventSource: {}, eventTime: [] }],
    ['a time that is none', { eventTime: 'yesterday' }],
    ['nested lists', [[[[[[[['deep']]]]]]]]],
  ])('with %s', async (_, members) => {
    const event =
      Array.isArray(members) || typeof members !== 'object'
        ? members
        : cloudTrailEvent(recorded.owner, members ?? {})
    // The file is read, because it names the session.
    const file = recorded.write(
      'hostile.json',
      JSON.stringify([event, cloudTrailEvent(recorded.owner)]),
    )
    const { code, stderr } = await recorded.session('--cloudtrail', file)
    expect(code).toBe(0)
    expect(stderr).toMatch(/\d+ entr\w+ of the files are no events of CloudTrail/)
  })

  it('that gzip makes small', async () => {
    const bomb = gzipSync(Buffer.alloc(257 * 1024 * 1024), { level: 1 })
    const { code, stderr } = await recorded.session(
      ...['--cloudtrail', recorded.write('bomb.json.gz', bomb)],
    )
    expect([code, stderr]).toEqual([1, expect.stringContaining('has more than 256 MiB')])
  })

  it('and keeps a bounded number of them', async () => {
    const events = Array.from({ length: 700 }, (_, at) =>
      deniedObject(recorded.owner, `Made${at}`, `alice/${at}`, 'Access Denied'),
    )
    const { activity, denials } = await recorded.fieldsOf('--cloudtrail', recorded.trail(...events))
    expect(activity).toMatchObject({ events: 700, uncountedEvents: 200, unexplainedDenials: 500 })
    expect([activity.actions.length, denials.length]).toEqual([500, 200])
    expect(denials[0]).toMatchObject({ cause: 'not known' })
  })
})
