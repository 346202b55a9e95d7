/** Guards of candidate documents: they decide nothing, and operators do not undo each other. */
import type { Mutant } from './mutant.ts'

export const CANDIDATE_MUTANTS: readonly Mutant[] = [
  {
    guard: 'candidate: of callers whom the document in force accepts',
    find: 'if (!accepted || !tenant?.candidate) return result',
    replace: 'if (!tenant?.candidate) return result',
  },
  {
    guard: 'candidate: not where it would verify the token in another way',
    find: 'if (verificationText(active) !== verificationText(issuer))',
    replace: "if (verificationText(active) === '')",
  },
  {
    guard: 'candidate: not where a pool would find another identity',
    find: 'if (active && identityText(active) === identityText(other)) return undefined',
    replace: 'if (active) return undefined',
  },
  {
    guard: 'candidate: not where another token is of other issuers',
    find: 'if (issuersText(tenant) === issuersText(candidate)) return undefined',
    replace: "if (issuersText(tenant) !== '') return undefined",
  },
  {
    guard: 'candidate: of the same tenant',
    find: 'value?.tenant === tenant &&\n      [value.issuers',
    replace:
      "value?.tenant !== '' && value !== null && value !== undefined &&\n      [value.issuers",
  },
  {
    guard: 'candidate: a failure is no decision',
    find: 'if (!DECIDED.includes(decided.refusal.code)) return decided.refusal.message',
    replace: '',
  },
  {
    guard: 'candidate: its checks are not those of the request',
    find: 'decideOrExplain(document, active, { ...context, trace }, stages)',
    replace: 'decideOrExplain(document, active, context, stages)',
  },
]

export const CANDIDATE_WRITER_MUTANTS: readonly Mutant[] = [
  {
    guard: 'candidate: a head is written where the candidate is the one that was read',
    find: 'ConditionExpression: `${ConditionExpression} AND ${isSame}`,',
    replace: "ConditionExpression: isSame === '' ? '' : ConditionExpression,",
  },
  {
    guard: 'candidate: the index is not set back',
    find: 'ConditionExpression: `${ConditionExpression} AND settled = :settled`,',
    replace: 'ConditionExpression: `${ConditionExpression} AND settled <> :never`,',
  },
  {
    guard: 'candidate: each has a number of its own',
    find: 'const candidateNumber = head.candidateNumber + 1',
    replace: 'const candidateNumber = Math.max(1, head.candidateNumber)',
  },
]

export const CANDIDATE_PROMOTE_MUTANTS: readonly Mutant[] = [
  {
    guard: 'candidate: promoted beside the version with which it was compared',
    find: 'if (besideVersion === head.version) return',
    replace: 'if (besideVersion > 0) return',
  },
  {
    guard: 'candidate: promoted in place of the version that was named',
    find: 'else checkExpectation(tenant, head, expected)\n  const { source }',
    replace: 'const { source }',
  },
  {
    guard: 'candidate: only the number that was seen is promoted',
    find: 'if (number !== undefined && number !== head.candidateNumber)',
    replace: 'if (number === 0)',
  },
  {
    guard: 'candidate: only the number that was seen is dropped',
    find: 'checkCandidate(tenant, head, expected)\n  await writeCandidate',
    replace: 'await writeCandidate',
  },
  {
    guard: 'candidate: none of a tenant that was removed',
    find: 'if (head.compiledJson !== undefined) return head',
    replace: 'if (head.version > 0) return head',
  },
]

export const CANDIDATE_TABLES = [
  ...['candidate-documents', 'candidate-callers'].map((name) => `test/endpoints/${name}.test.ts`),
  'test/security/hostile-candidates.test.ts',
]
export const CANDIDATE_WRITER_TABLES = ['test/unit/cli/candidate-writers.test.ts']
export const CANDIDATE_PROMOTE_TABLES = [
  'test/unit/cli/tenant-shadow.test.ts',
  'test/console/candidate-calls.test.ts',
]
