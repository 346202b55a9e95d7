/** Guards of identity pools in documents, and of what documents say about their callers. */
import type { Mutant } from './mutant.ts'

export const POOL_DOCUMENT_MUTANTS: readonly Mutant[] = [
  {
    guard: 'pools: a login names an issuer of the document',
    find: 'if (!issuers.includes(issuer))\n        report(',
    replace: "if (issuer === '')\n        report(",
  },
  {
    guard: 'pools: one name for each issuer',
    find: 'if (other !== undefined)\n        report(\n          at,',
    replace: "if (other === '')\n        report(\n          at,",
  },
  {
    guard: 'pools: the slash at the end of a name does not matter',
    find: 'const same = providers.get(canonical)',
    replace: 'const same = providers.get(provider)',
  },
  {
    guard: 'pools: no rule leads to the grant of guests',
    find: 'const [rule] = rulesToGrant(name, tenant)',
    replace: "const [rule] = rulesToGrant('', tenant)",
  },
  {
    guard: 'pools: guests have no managed policies',
    find: 'if (managedPolicyArns.length > 0)\n    problems.push(',
    replace: 'if (managedPolicyArns.length > 10)\n    problems.push(',
  },
  {
    guard: 'pools: sessions of guests are short',
    find: 'if (maxDurationSeconds > MAX_GUEST_SECONDS)',
    replace: 'if (maxDurationSeconds > 24 * MAX_GUEST_SECONDS)',
  },
  {
    guard: 'pools: guests have minted tokens',
    find: "if (webIdentity === 'pass-through')\n    problems.push(",
    replace: "if (webIdentity !== 'minted' && maxDurationSeconds === 0)\n    problems.push(",
  },
  {
    guard: 'pools: guests have no attributes of claims',
    find: 'if (!isReadableByGuests(tenant.attributes[attribute], pool))',
    replace: "if (!isReadableByGuests(tenant.attributes[attribute], pool) && name === '')",
  },
  {
    guard: 'pools: no two pools with one id',
    find: "...found(byId.get(id), ['id']),",
    replace: "...found(byId.get(''), ['id']),",
  },
  {
    guard: 'pools: no two released tokens with one audience',
    find: 'found(byAudience.get(releasedAudience),',
    replace: "found(byAudience.get(''),",
  },
  {
    guard: 'pools: the classic flow does not bypass role mappings',
    find: 'if (classicFlow !== undefined)\n    report(',
    replace: 'if (classicFlow === roleMappings)\n    report(',
  },
  {
    guard: 'pools: no released token with the audience of STS',
    find: 'if (classicFlow?.audience === STS_AUDIENCE)',
    replace: "if (classicFlow?.audience === '')",
  },
  {
    guard: 'pools: the secret is one of the tenant',
    find: 'secret: `${tenant}/${secret}`,',
    replace: 'secret,',
  },
  {
    guard: 'pools: no issuer has the name of a pool',
    find: 'if (document.issuer.startsWith(POOL_ISSUER_PREFIX))',
    replace: "if (document.issuer === '')",
  },
]

export const ROLE_MAPPING_MUTANTS: readonly Mutant[] = [
  {
    guard: 'role mappings: a requested role is one of those that they give',
    find: 'const passed = roles.possible.includes(requestedRole)',
    replace: 'const passed = requestedRole.length > 0',
  },
  {
    guard: 'role mappings: a rule about an absent claim is skipped',
    find: 'if (text === undefined) return false',
    replace: "if (text === undefined) return match === 'NotEqual'",
  },
  {
    guard: 'role mappings: a list equals nothing',
    find: "return match === 'Contains' && found.some(",
    replace: 'return found.some(',
  },
  {
    guard: 'role mappings: what is ambiguous is refused',
    find: "mapping.ambiguous === 'authenticated-role' ? authenticatedRole : undefined",
    replace: 'authenticatedRole ?? roles.possible[0]',
  },
  {
    guard: 'role mappings: the request path applies them',
    find: 'request.pool ? mapRole(tenant, request, identity, trace) : request',
    replace: 'request.pool ? request : mapRole(tenant, request, identity, trace)',
  },
]

export const IDENTITY_MUTANTS: readonly Mutant[] = [
  {
    guard: 'proof: the pool is the issuer of its own identities',
    find: 'return [...tokenIssuersOf(tenant), ...pools.map(({ id }) => poolIssuer(id))]',
    replace: 'return [...tokenIssuersOf(tenant), ...pools.flatMap(() => [])]',
  },
  {
    guard: 'proof: the pool is the issuer of its guests',
    find: '.filter(({ guests }) => guests?.grant === name)',
    replace: ".filter(({ guests }) => guests?.grant === '')",
  },
  {
    guard: 'proof: an identity is one caller at every issuer',
    find: 'return CALLER_VARIABLES.has(slot) || slot === IDENTITY_SLOT.name',
    replace: 'return CALLER_VARIABLES.has(slot)',
  },
  {
    guard: 'proof: an attribute is not an identity, whatever its value is',
    find: 'return CALLER_VARIABLES.has(slot) || slot',
    replace: 'return true || slot',
  },
  {
    guard: 'proof: the guest of a login is an identity',
    find: "if (part.kind === 'slot' && part.name === 'guest') return [IDENTITY_SLOT]\n",
    replace: '',
  },
  {
    guard: 'documents: no attribute is called like a built-in value',
    find: 'if (isBuiltIn(name))\n      report(\n        path,',
    replace: "if (name === '')\n      report(\n        path,",
  },
  {
    guard: 'documents: no Deny with the guest of a login',
    find: "if (statement.Effect === 'Deny')\n    report(\n      path,\n      'a Deny with",
    replace: "if (statement.Sid === '')\n    report(\n      path,\n      'a Deny with",
  },
  {
    guard: 'documents: no guest beside an identity',
    find: "if (slots.includes('identity') || PRINCIPAL_TAG.test(text))",
    replace: 'if (PRINCIPAL_TAG.test(text))',
  },
  {
    guard: 'documents: no guest beside a principal tag',
    find: "if (slots.includes('identity') || PRINCIPAL_TAG.test(text))",
    replace: "if (slots.includes('identity'))",
  },
  {
    guard: 'documents: no guest in tags and names',
    find: "if (slotsOf(template).includes('guest'))",
    replace: "if (slotsOf(template).includes(''))",
  },
  {
    guard: 'documents: guests that no login can claim have no slot',
    find: 'if (pools.some(hasClaims))',
    replace: 'if (pools.length > 0)',
  },
  {
    guard: 'documents: member does not read the identity',
    find: 'if (mentionsIdentity(member))',
    replace: "if (member === '')",
  },
  {
    guard: 'values: an id has the form of an id',
    find: 'findProblem(value, IDENTITY)',
    replace: "findProblem(value, { ...IDENTITY, pattern: '[^]*' })",
  },
  {
    guard: 'values: no session has a guest that its login did not claim',
    find: "if (!used.has('guest') || identity?.claimedGuest !== undefined) return statements",
    replace: 'return statements',
  },
  {
    guard: 'CEL: only some members of an identity are visible',
    find: 'return identity ? membersOf(identity) : NO_MEMBERS',
    replace: 'return identity ? { ...identity } : NO_MEMBERS',
  },
  {
    guard: 'CEL: no comprehension has a variable named identity',
    find: "'request', 'actor', 'identity']",
    replace: "'request', 'actor']",
  },
  {
    guard: 'rules: a deny rule about identities concerns callers of pools only',
    find: "comparedClaims(when, 'identity').some(",
    replace: "comparedClaims(when, 'actor').some(",
  },
]
