/** Settings of stages: the committed ones are sound, and each that is missing or wrong is told by its name. */
import { describe, expect, it } from 'vitest'
import { stageSettings } from '../../../stacks/stage-settings.ts'
import { STAGES } from '../../../stacks/stages.ts'

const NOW = Date.parse('2026-12-01T00:00:00Z')
const production = STAGES.production

function faultsWith(change: object): string {
  try {
    stageSettings('production', NOW, { production: { ...production, ...change } as never })
    return ''
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
}

it.each(['production', 'staging', 'pr-7', 'pr-1234'])('%s has settings', (stage) => {
  expect(stageSettings(stage, NOW).account).toMatch(/^\d{12}$/)
})

it('keeps and protects production alone, explains everywhere else', () => {
  const { removal, protect, explain } = stageSettings('production', NOW)
  expect({ removal, protect, explain }).toEqual({
    removal: 'retain',
    protect: true,
    explain: false,
  })
  expect(stageSettings('pr-7', NOW)).toMatchObject({
    removal: 'remove',
    protect: false,
    domain: undefined,
  })
})

it.each([
  'prod',
  'pr-',
  'pr-x',
  'pr-*',
  '',
  'Production',
  '../production',
  'constructor',
  '__proto__',
])('the stage "%s" is refused, and the known ones are told', (stage) => {
  expect(() => stageSettings(stage, NOW)).toThrow(
    /no settings in stacks\/stages.ts, which has production, staging, pr-\*/,
  )
})

describe('a setting', () => {
  const fields = [
    'account',
    'region',
    'alarmEmail',
    'tenants',
    'explain',
    'logRetention',
    'memoryMb',
    'throttle',
  ] as const
  it.each([...fields, 'removal', 'protect', 'signingKeys'])(
    '%s that is missing is told',
    (field) => {
      expect(faultsWith({ [field]: undefined })).toMatch(
        new RegExp(`stage production, in .*\\n  ${field} is missing: write`),
      )
    },
  )

  it.each([
    [{ account: '1234' }, 'account is wrong'],
    [{ account: 111122223333 }, 'account is wrong'],
    [{ region: 'europe' }, 'region is wrong'],
    [{ domain: 'https://broker.example.com' }, 'domain is wrong'],
    [{ domain: '' }, 'domain is wrong'],
    [{ alarmEmail: 'nobody' }, 'alarmEmail is wrong'],
    [{ logRetention: 'forever' }, 'logRetention is wrong: write one of 1 week'],
    [{ memoryMb: 64 }, 'memoryMb is wrong'],
    [{ throttle: { requestsPerSecond: 0, burst: 1 } }, 'throttle is wrong'],
    [{ throttle: { requestsPerSecond: 1 } }, 'throttle is wrong'],
    [{ reservedConcurrency: { broker: 10 } }, 'reservedConcurrency is wrong'],
    [{ removal: 'retain-all' }, 'removal is wrong'],
    [{ signingKeys: [] }, 'signingKeys: 0 keys sign'],
  ])('%j is refused', (change, message) => {
    expect(faultsWith(change)).toContain(message)
  })
})
