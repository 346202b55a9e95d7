/** Every mistake, by subject, and how the mistakes of each subject are run. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { CLAIM_MISTAKES } from './claim-mistakes.ts'
import { CREDENTIAL_COMMAND_MISTAKES } from './command-mistakes.ts'
import { EXPRESSION_MISTAKES } from './expression-mistakes.ts'
import { FORM_MISTAKES } from './form-mistakes.ts'
import { GRANT_MISTAKES } from './grant-mistakes.ts'
import { HTTP_MISTAKES } from './http-mistakes.ts'
import { ISSUER_MISTAKES } from './issuer-mistakes.ts'
import { KEY_MISTAKES } from './key-mistakes.ts'
import {
  CHANNELS,
  type Channel,
  findLeaks,
  type Messages,
  type MistakeBase,
  type ScoredMessage,
  scoreMessage,
} from './mistake.ts'
import { NATIVE_MISTAKES } from './native-mistakes.ts'
import { OPERATOR_COMMAND_MISTAKES } from './operator-mistakes.ts'
import { PARTY_MISTAKES } from './party-mistakes.ts'
import { POLICY_MISTAKES } from './policy-mistakes.ts'
import { PROTOCOL_MISTAKES } from './protocol-mistakes.ts'
import { runCommands } from './run-commands.ts'
import { runDocuments } from './run-documents.ts'
import { runRequests } from './run-requests.ts'
import { runSettings } from './run-settings.ts'
import { runStages, runStarts } from './run-starts.ts'
import { runTrust, withTrustMistakes } from './run-trust.ts'
import { startRunningBroker } from './running-broker.ts'
import { SETTING_MISTAKES } from './setting-mistakes.ts'
import { STAGE_MISTAKES } from './stage-mistakes.ts'
import { START_MISTAKES } from './start-mistakes.ts'
import { STRUCTURE_MISTAKES } from './structure-mistakes.ts'
import { TIME_MISTAKES } from './time-mistakes.ts'
import { TRUST_MISTAKES } from './trust-mistakes.ts'
import { WORLD_DOCUMENTS } from './world-documents.ts'

/** Mistakes of one kind, with the reasons why channels do not apply to all of them. */
interface Subject {
  readonly title: string
  readonly mistakes: readonly MistakeBase[]
  readonly elsewhere: Readonly<Partial<Record<Channel, string>>>
}

const DOCUMENTS = {
  explain: 'prints the same errors as validate',
  record: 'a document with errors is not deployed',
  response: 'a document with errors is not deployed',
}
const REQUESTS = {
  validate: 'the documents are right',
  explain: 'its options cannot express the request',
}
const COMMANDS = {
  validate: 'another command',
  explain: 'another command',
  record: 'nothing is sent, or its record is that of a request above',
  response: 'nothing is sent to a broker',
}
const BEFORE_START = {
  explain: 'nothing is started',
  record: 'nothing is started',
  response: 'nothing is started',
}

export const SUBJECTS: readonly Subject[] = [
  { title: 'Documents: form', mistakes: STRUCTURE_MISTAKES, elsewhere: DOCUMENTS },
  { title: 'Documents: expressions', mistakes: EXPRESSION_MISTAKES, elsewhere: DOCUMENTS },
  { title: 'Documents: policies', mistakes: POLICY_MISTAKES, elsewhere: DOCUMENTS },
  { title: 'Documents: grants', mistakes: GRANT_MISTAKES, elsewhere: DOCUMENTS },
  { title: 'Documents: issuers', mistakes: ISSUER_MISTAKES, elsewhere: DOCUMENTS },
  { title: 'Tokens: times', mistakes: TIME_MISTAKES, elsewhere: REQUESTS },
  { title: 'Tokens: parties', mistakes: PARTY_MISTAKES, elsewhere: REQUESTS },
  { title: 'Tokens: types, keys, signatures', mistakes: KEY_MISTAKES, elsewhere: REQUESTS },
  { title: 'Tokens: other things', mistakes: FORM_MISTAKES, elsewhere: REQUESTS },
  { title: 'Tokens: claims', mistakes: CLAIM_MISTAKES, elsewhere: REQUESTS },
  { title: 'Requests: native', mistakes: NATIVE_MISTAKES, elsewhere: REQUESTS },
  { title: 'Requests: HTTP', mistakes: HTTP_MISTAKES, elsewhere: REQUESTS },
  { title: 'Requests: other endpoints', mistakes: PROTOCOL_MISTAKES, elsewhere: REQUESTS },
  {
    title: 'Trust policies and roles (validate: trust-policy --check)',
    mistakes: TRUST_MISTAKES,
    elsewhere: { explain: 'sends nothing to AWS, and does not know the role' },
  },
  {
    title: 'Settings of the function',
    mistakes: SETTING_MISTAKES,
    elsewhere: { validate: 'reads documents', explain: 'reads documents' },
  },
  {
    title: 'Settings of stages (validate: the check before a deployment)',
    mistakes: STAGE_MISTAKES,
    elsewhere: BEFORE_START,
  },
  {
    title: 'Start of the local runtime (validate: what it prints)',
    mistakes: START_MISTAKES,
    elsewhere: BEFORE_START,
  },
  {
    title: 'Commands for credentials (response: what the program prints)',
    mistakes: CREDENTIAL_COMMAND_MISTAKES,
    elsewhere: COMMANDS,
  },
  { title: 'Commands for operators', mistakes: OPERATOR_COMMAND_MISTAKES, elsewhere: COMMANDS },
]

export interface ScoredMistake {
  /** The channels that say something that they must not say. */
  readonly leaks: readonly Channel[]
  readonly mistake: MistakeBase
  readonly scored: Readonly<Partial<Record<Channel, ScoredMessage>>>
}

/** Introduces every mistake. Needs the built bundle and the built program. */
export async function runAllMistakes(): Promise<readonly ScoredMistake[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mistakes-'))
  const broker = await startRunningBroker(folder, WORLD_DOCUMENTS, withTrustMistakes)
  try {
    const requests = [
      ...[...TIME_MISTAKES, ...PARTY_MISTAKES, ...KEY_MISTAKES],
      ...[...FORM_MISTAKES, ...CLAIM_MISTAKES],
      ...[...NATIVE_MISTAKES, ...HTTP_MISTAKES, ...PROTOCOL_MISTAKES],
    ]
    const documents = [
      ...[...STRUCTURE_MISTAKES, ...EXPRESSION_MISTAKES, ...POLICY_MISTAKES],
      ...[...GRANT_MISTAKES, ...ISSUER_MISTAKES],
    ]
    const results: readonly ReadonlyMap<MistakeBase, Messages>[] = [
      await runDocuments(documents, folder),
      await runRequests(requests, broker, folder),
      await runTrust(broker, folder),
      await runSettings(SETTING_MISTAKES, folder),
      runStages(STAGE_MISTAKES, folder),
      await runStarts(START_MISTAKES, folder),
      await runCommands(
        [...CREDENTIAL_COMMAND_MISTAKES, ...OPERATOR_COMMAND_MISTAKES],
        broker,
        folder,
      ),
    ]
    return results.flatMap((of) => [...of].map(([mistake, messages]) => score(mistake, messages)))
  } finally {
    await broker.close()
    rmSync(folder, { recursive: true })
  }
}

function score(mistake: MistakeBase, messages: Messages): ScoredMistake {
  const scored = CHANNELS.flatMap((channel) => {
    const marks = mistake.marks[channel]
    return marks ? [[channel, scoreMessage(messages[channel] ?? '', marks)] as const] : []
  })
  return { mistake, leaks: findLeaks(messages), scored: Object.fromEntries(scored) }
}
