/** Mistakes in the settings of stages, which are checked before each deployment. */
import type { StageSettings } from '../../stacks/stage-types.ts'
import { STAGES } from '../../stacks/stages.ts'
import { mark } from './marked.ts'
import type { Marks, MistakeBase } from './mistake.ts'

export interface StageMistake extends MistakeBase {
  /** Default: `production`. */
  readonly stage?: string
  /** Added to the settings that work, or in place of theirs; undefined removes one. */
  readonly changes: Readonly<Record<string, unknown>>
  /** Whether the folder of documents is empty. */
  readonly hasNoDocuments?: boolean
}

const PRODUCTION = STAGES.production

/** The settings of an operator who has replaced everything that must be replaced. */
export const OWN_SETTINGS: Readonly<Record<string, unknown>> = {
  ...PRODUCTION,
  account: '210987654321',
  domain: 'broker.orchard.org',
  alarmEmail: 'alarms@orchard.org',
  permissionsBoundaries: ['arn:aws:iam::210987654321:policy/tenant-boundary'],
}

function stageMistake(
  id: string,
  what: string,
  changes: Readonly<Record<string, unknown>>,
  validate: Marks,
  more: Partial<StageMistake> = {},
): StageMistake {
  return { id: `stage ${id}`, what, changes, marks: { validate }, ...more }
}

const FIX = /write|set|replace|edit|use|expected|add|remove|did you mean|rename|deploy/i

type Fields = keyof StageSettings

const field = (name: Fields) => new RegExp(`\\b${name}\\b`)

export const STAGE_MISTAKES: readonly StageMistake[] = [
  stageMistake(
    'account of the sample',
    'the account is still that of the sample',
    { account: '111122223333' },
    mark(field('account'), /your|own|12 digits/i, /111122223333|sample|placeholder/, FIX),
    { named: 'issue' },
  ),
  stageMistake(
    'domain of the sample',
    'the domain is still that of the sample',
    { domain: 'broker.example.com' },
    mark(field('domain'), /your|own|host name/i, /broker\.example\.com/, FIX),
    { named: 'issue' },
  ),
  stageMistake(
    'address of the sample',
    'the address of alarms is still that of the sample',
    { alarmEmail: 'broker-alarms@example.com' },
    mark(field('alarmEmail'), /your|own|address/i, /broker-alarms@example\.com/, FIX),
    { named: 'issue' },
  ),
  stageMistake(
    'boundary of the sample',
    'a boundary is of the account of the sample',
    { permissionsBoundaries: ['arn:aws:iam::111122223333:policy/tenant-boundary'] },
    mark(field('permissionsBoundaries'), /your|own|account/i, /111122223333/, FIX),
    { named: 'issue' },
  ),
  stageMistake(
    'unknown setting',
    'a setting is misspelt',
    { callerIdentityRegion: ['eu-west-1'] },
    mark('callerIdentityRegion', /\bcallerIdentityRegions\b/, /callerIdentityRegion\b/, FIX),
    { named: 'issue' },
  ),
  stageMistake(
    'setting of another product',
    'a setting is unknown',
    { vpc: 'vpc-1' },
    mark(/\bvpc\b/, /settings|known|setting/i, /\bvpc\b/, FIX),
    { named: 'issue' },
  ),
  stageMistake(
    'production without a domain',
    'the stage production has no domain',
    { domain: undefined },
    mark(field('domain'), /host name|domain/, /missing|undefined|without|no domain/, FIX),
    { named: 'issue' },
  ),
  stageMistake(
    'no documents',
    'the folder of documents is empty',
    {},
    mark(/document|tenant/i, /\.yaml|document/, /no |empty|0 /i, FIX),
    { named: 'issue', hasNoDocuments: true },
  ),
  stageMistake(
    'short account',
    'the account has 11 digits',
    { account: '21098765432' },
    mark(field('account'), /12 digits/, /21098765432|11/, FIX),
  ),
  stageMistake(
    'account as a number',
    'the account is a number',
    { account: 210_987_654_321 },
    mark(field('account'), /12 digits|quote|string|text/, /number|210987654321/, FIX),
  ),
  stageMistake(
    'zone for a region',
    'the region is a zone',
    { region: 'eu-west-1a' },
    mark(field('region'), /eu-west-1(?!a)/, /eu-west-1a/, FIX),
  ),
  stageMistake(
    'URL for a domain',
    'the domain is a URL',
    { domain: 'https://broker.orchard.org' },
    mark(field('domain'), /host name/, /https:\/\/broker\.orchard\.org/, FIX),
  ),
  stageMistake(
    'retention in days',
    'the retention of logs is a number',
    { logRetention: 30 },
    mark(field('logRetention'), /1 month/, /\b30\b/, FIX),
  ),
  stageMistake(
    'throttle as a number',
    'the throttle is a number',
    { throttle: 500 },
    mark(field('throttle'), /requestsPerSecond/, /\b500\b/, FIX),
  ),
  stageMistake(
    'secret store',
    'the secret store is misspelt',
    { secretStore: 'secret-manager' },
    mark(field('secretStore'), /secrets-manager/, /secret-manager/, FIX),
  ),
  stageMistake(
    'short name of the stage',
    'the stage is named prod',
    {},
    mark(/stage/i, /\bproduction\b/, /\bprod\b/, FIX),
    { stage: 'prod' },
  ),
  stageMistake(
    'one domain for both',
    'the domain of mutual TLS is that of the stage',
    {
      mutualTls: {
        domain: 'broker.orchard.org',
        certificateArn: 'arn:aws:acm:eu-west-1:210987654321:certificate/1a2b',
        truststore: 's3://orchard/ca.pem',
      },
    },
    mark(field('mutualTls'), /of its own|another|other/, /broker\.orchard\.org|same|domain/, FIX),
  ),
]
