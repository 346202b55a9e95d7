/** Guards of what two grants of a rule both allow. */
import type { Mutant } from './mutant.ts'

export const INTERSECTION_MUTANTS: readonly Mutant[] = [
  {
    guard: 'two grants: the same role',
    find: 'if (one.roleArn !== other.roleArn)',
    replace: "if (one.roleArn === '')",
  },
  {
    guard: 'two grants: no created role',
    find: 'if (grant.permissionsBoundaryArn !== undefined)\n      refuse(',
    replace: "if (grant.permissionsBoundaryArn === '')\n      refuse(",
  },
  {
    guard: 'two grants: no released token',
    find: 'if (grant.releasedAudience !== undefined)\n      refuse(',
    replace: "if (grant.releasedAudience === '')\n      refuse(",
  },
  {
    guard: 'two grants: both minted or both passed through',
    find: 'if (one.webIdentity !== other.webIdentity)',
    replace: 'if (one.webIdentity === undefined)',
  },
  {
    guard: 'two grants: the same managed policies',
    find: 'if (!isSameList(one.managedPolicyArns, other.managedPolicyArns))',
    replace: 'if (one.managedPolicyArns === undefined)',
  },
  {
    guard: 'two grants: the shorter duration',
    find: 'durationSeconds: Math.min(one.durationSeconds',
    replace: 'durationSeconds: Math.max(one.durationSeconds',
  },
  {
    guard: 'two grants: the shorter longest duration',
    find: 'Math.min(one.maxDurationSeconds',
    replace: 'Math.max(one.maxDurationSeconds',
  },
  {
    guard: 'two grants: not the session name of one of them',
    find: 'return left === right ? left : `${left},${right}`',
    replace: 'return left || right',
  },
  {
    guard: 'two grants: a tag has one value',
    find: 'known !== key || tags[key] !== value || ',
    replace: '',
  },
  {
    guard: 'two grants: a tag is transitive in both',
    find: ' || isTransitive(left) !== isTransitive(right)',
    replace: '',
  },
  {
    guard: 'two grants: no statement names what differs between the sessions',
    find: 'if (named.has(key.toLowerCase()))',
    replace: "if (named.has(''))",
  },
  {
    guard: 'two grants: no statement names the subject of a minted token',
    find: "subject !== undefined && grant.webIdentity === 'minted'",
    replace: 'subject === null',
  },
  {
    guard: 'two grants: variables with a default value are variables too',
    find: '/\\$\\{([^{},]+)[,}]/g',
    replace: '/\\$\\{([^{},]+)[}]/g',
  },
  {
    guard: 'two grants: the actions of both',
    find: 'intersectActions(textsOf(left.Action), textsOf(right.Action), reading)',
    replace: '[...textsOf(left.Action)]',
  },
  {
    guard: 'two grants: the resources of both',
    find: 'intersectResources(textsOf(left.Resource), textsOf(right.Resource), reading)',
    replace: '[...textsOf(left.Resource)]',
  },
  {
    guard: 'two grants: the conditions of both',
    find: 'intersectConditions(left.Condition ?? {}, right.Condition ?? {}, reading)',
    replace: 'left.Condition ?? {}',
  },
  {
    guard: 'two grants: every Deny of both',
    find: 'const denied = [...left.statements, ...right.statements]',
    replace: 'const denied = [...left.statements]',
  },
  {
    guard: 'two grants: what both allow is proved to be within each',
    find: 'for (const one of common) requireWithin(',
    replace: 'for (const one of common.slice(0, 0)) requireWithin(',
  },
  {
    guard: 'two grants: what is too complex to compare is refused',
    find: 'if (isTooComplex(error))\n      throw',
    replace: 'if (error === null)\n      throw',
  },
  {
    guard: 'two grants: a value that decides what both allow',
    find: 'const coincidence = findCoincidence(one, other, reading)',
    replace: 'const coincidence = one === other ? findCoincidence(one, other, reading) : undefined',
  },
  {
    guard: 'two grants: slots under an operator without regard to case',
    find: 'comparison.ignoresCase && [...one, ...other].some(isSymbol)',
    replace: 'comparison.ignoresCase && one === other',
  },
  {
    guard: 'two grants: a slot equals itself only',
    find: 'left.name === right.name ? right : undefined',
    replace: 'left.name !== undefined ? right : undefined',
  },
  {
    guard: 'two grants: a ? matches no slot',
    find: 'if (isSymbol(left) || isSymbol(right))\n',
    replace: 'if (isSymbol(left) && isSymbol(right))\n',
  },
  {
    guard: 'two grants: keys that differ only in case are one',
    find: '(one) => one.toLowerCase() === key.toLowerCase())\n      const before',
    replace: '(one) => one === key)\n      const before',
  },
  {
    guard: 'two grants: all values of a negated operator',
    find: 'if (negated) return [...new Set([...left, ...right])]',
    replace: 'if (negated) return left',
  },
  {
    guard: 'two grants: ForAnyValue may pass with two values',
    find: 'if (isIn(wider, narrower)) return right\n    throw',
    replace: 'if (isIn(wider, narrower)) return right\n    if (!negated) return left\n    throw',
  },
  {
    guard: 'two grants: a condition that only requests without the key pass',
    find: 'common.length === 0 && (ifExists || quantifier !== undefined)',
    replace: 'common.length === 0 && ifExists && quantifier !== undefined',
  },
  {
    guard: 'two grants: numbers that are not compared exactly',
    find: 'if (interval === undefined || otherInterval === undefined)\n        throw',
    replace:
      'if (interval === undefined) return [one]\n      if (interval === null)\n        throw',
  },
  {
    guard: 'two grants: nothing in common is an error',
    find: 'if (statements.length === 0)\n      report(',
    replace: 'if (statements === undefined)\n      report(',
  },
  {
    guard: 'two grants: the size of the policy',
    find: 'checkPolicySize(statements, settings.managedPolicyArns',
    replace: 'checkPolicySize([], settings.managedPolicyArns',
  },
  {
    guard: 'two grants: their callers are callers of each, for the proof of isolation',
    find: ' || grants[grant]?.intersectionOf?.includes(name)',
    replace: '',
  },
  {
    guard: 'containment: a slot with a colon is not within a star that matches none',
    find: 'vocabulary.slotsWithoutColon.has(name) ? FIRST_WITHOUT_COLON : FIRST_SYMBOL',
    replace: 'FIRST_WITHOUT_COLON',
  },
]
