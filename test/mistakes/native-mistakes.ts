/** Mistakes in what is requested of the native endpoint. */
import { mark, openly } from './marked.ts'
import { nativeFields, type RequestMistake, requestMistake } from './request-mistake.ts'

const REFUSED = /grants|access_denied/i
const ALLOWED = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'Mine',
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::orchard-home/alice/a/*',
    },
  ],
}
const WIDER = {
  ...ALLOWED,
  Statement: [
    ...ALLOWED.Statement,
    {
      Sid: 'Delete',
      Effect: 'Allow',
      Action: 's3:DeleteObject',
      Resource: 'arn:aws:s3:::orchard-home/alice/*',
    },
  ],
}
export const NATIVE_MISTAKES: readonly RequestMistake[] = [
  requestMistake(
    'unknown tenant',
    'the name of the tenant is misspelt',
    nativeFields({ tenant: 'orchrad' }),
    {
      operator: mark(
        /tenant/,
        /\borchard\b|no tenant|exist/,
        /orchrad/,
        /did you mean|name|add|correct|check|write/i,
      ),
      response: mark(REFUSED, /tenant/, /orchrad/, /tenant|operator|request ?id/i),
    },
    { named: 'issue', explain: ['--tenant', 'orchrad'], secrets: ['packers'] },
  ),
  requestMistake(
    'tenant of another party',
    'the tenant is of another party',
    nativeFields({ tenant: 'packers' }),
    {
      operator: mark(
        /packers/,
        /id\.packers\.example|issuer/,
        /id\.orchard\.example/,
        /tenant|token|name|get|add/i,
      ),
      response: mark(REFUSED, /tenant/, /packers/, /tenant|operator|request ?id/i),
    },
    {
      named: 'issue',
      explain: ['--tenant', 'packers'],
      secrets: ['id.packers.example'],
    },
  ),
  requestMistake(
    'unknown grant',
    'the name of the grant is misspelt',
    nativeFields({ grant: 'onw' }),
    {
      operator: mark(/grant/, /\bown\b/, /\bonw\b/, /did you mean|name|add|rule|write/i),
      response: mark(REFUSED, /rule/, /onw/, /grant|operator|request ?id/i),
    },
    { named: 'issue', explain: ['--grant', 'onw'], secrets: ['audit'] },
  ),
  requestMistake(
    'grant of others',
    'the grant is one that the rules give to others',
    nativeFields({ grant: 'audit' }),
    {
      operator: mark(
        /auditors read|audit\b/,
        /claims\.auditor == true/,
        /absent|missing|has no|no such|undefined/i,
        /add|rule|claim|change|get/i,
      ),
      response: mark(REFUSED, /rule/, /audit/, /grant|operator|request ?id/i),
    },
    { explain: ['--grant', 'audit'], secrets: ['claims.auditor'] },
  ),
  requestMistake(
    'duration above the maximum',
    'an hour is requested, and the grant allows half of it',
    nativeFields({ durationSeconds: 3600 }),
    openly(
      /duration/i,
      /1,?800|30 ?m/,
      /3,?600|1 ?h/,
      /at most|request|raise|maxDuration|send|shorter/i,
    ),
    { named: 'issue', explain: ['--duration', '1h'] },
  ),
  requestMistake(
    'duration below the minimum',
    'a minute is requested',
    nativeFields({ durationSeconds: 60 }),
    openly(/duration/i, /900/, /\b60\b|shorter|below/, /request|send|must|write|at least/i),
  ),
  requestMistake(
    'duration as a text',
    'the duration is a text with a unit',
    nativeFields({ durationSeconds: '1h' }),
    openly(
      /duration/i,
      /number/i,
      /"?1h"?|string|text|not a number/i,
      /request|send|must|write|seconds/i,
    ),
  ),
  requestMistake(
    'unknown statement',
    'the name of a statement is misspelt',
    nativeFields({ statements: ['ReadHme'] }),
    openly(/statement|Sid/i, /ReadHome/, /ReadHme/, /did you mean|request|send|name|one of/i),
    { named: 'issue', explain: ['--statements', 'ReadHme'] },
  ),
  requestMistake(
    'policy outside the grant',
    'one statement of the requested policy allows more than the grant',
    nativeFields({ policy: WIDER }),
    openly(
      /policy/i,
      /grant/,
      /\bDelete\b|Statement\[1\]|s3:DeleteObject/,
      /remove|narrow|request|limit|allow less/i,
    ),
    { named: 'issue', explain: ['--policy', JSON.stringify(WIDER)] },
  ),
  requestMistake(
    'policy with NotAction',
    'the requested policy has NotAction',
    nativeFields({
      policy: {
        ...ALLOWED,
        Statement: [{ Effect: 'Allow', NotAction: 's3:DeleteObject', Resource: '*' }],
      },
    }),
    openly(
      /policy/i,
      /\bAction\b|grant/,
      /NotAction|everything but/,
      /list|write|use|remove|send/i,
    ),
  ),
  requestMistake(
    'policy as a text',
    'the requested policy is a text',
    nativeFields({ policy: JSON.stringify(ALLOWED) }),
    openly(/policy/i, /object/i, /string|text/i, /send|write|must/i),
  ),
]
