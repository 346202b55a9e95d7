/** Guards of requests in which an actor acts for the subject. */
import type { Mutant } from './mutant.ts'

export const DELEGATION_MUTANTS: readonly Mutant[] = [
  {
    guard: 'rules: only those that mention actor pass for an actor',
    find: 'scope.actor === undefined || rule.mentionsActor === true',
    replace: 'true',
  },
  {
    guard: 'rules: the compiled rule says which mention actor',
    find: 'when !== undefined && mentionsActor(when) ? { mentionsActor: true as const } : {}',
    replace: 'when !== undefined ? { mentionsActor: true as const } : {}',
  },
  {
    guard: 'rules: no comprehension has a variable named actor',
    find: "'request', 'actor', 'identity']",
    replace: "'request', 'identity']",
  },
  {
    guard: 'deny rules: one that does not mention actor gives its grant to no actor',
    find: 'const name = isForActors ? denyRule.grant : undefined',
    replace: 'const name = denyRule.grant',
  },
  {
    guard: 'deny rules: one about an actor concerns no other request',
    find: "comparedClaims(when, 'actor').some(",
    replace: "comparedClaims(when, 'actor').every(",
  },
  {
    guard: 'act: it makes the request delegated',
    find: "actorToken !== undefined || Object.hasOwn(claims, 'act')",
    replace: 'actorToken !== undefined',
  },
  {
    guard: 'act: parties of the token’s issuer only',
    find: "act is of the token’s issuer', iss === issuer,",
    replace: "act is of the token’s issuer', true,",
  },
  {
    guard: 'act: an object',
    find: "demand(trace, 'act is an object', isChain,",
    replace: "demand(trace, 'act is an object', true,",
  },
  {
    guard: 'act: a short chain',
    find: '    most > 0,\n    limit,',
    replace: '    true,\n    limit,',
  },
  {
    guard: 'act: a chain of four with the actor token',
    find: 'readAct(MAX_ACTORS - 1)',
    replace: 'readAct(MAX_ACTORS)',
  },
  {
    guard: 'actor: a subject of a limited length',
    find: "subject !== '' && subject.length <= MAX_SUBJECT_CHARACTERS",
    replace: "subject !== ''",
  },
  {
    guard: 'actor token: a subject of a limited length',
    find: '    demandActorSubject(acting.subject, trace)\n',
    replace: '',
  },
  {
    guard: 'actor token: not delegated itself',
    find: "const isOwn = !Object.hasOwn(acting.claims, 'act')",
    replace: 'const isOwn = true',
  },
  {
    guard: 'actor token: accepted by the tenant',
    find: 'if (unmet.length === 0) return identity\n',
    replace: 'return identity\n',
  },
  {
    guard: 'actor token: of an issuer of the tenant',
    find: 'profile.issuer === name && ',
    replace: '',
  },
  {
    guard: 'actor token: its issuer limits the session',
    find: 'const limits = [identity, acting].flatMap(',
    replace: 'const limits = [identity].flatMap(',
  },
  {
    guard: 'actor token: earlier actors stay in the chain',
    find: "Object.hasOwn(claims, 'act') ? { actor: readAct(",
    replace: "Object.hasOwn(claims, 'acts') ? { actor: readAct(",
  },
  {
    guard: 'actor token: what its issuer caused is not explained to others',
    find: 'request?.actorToken === undefined || identity?.actor !== undefined',
    replace: 'true',
  },
  {
    guard: 'actor token: not empty',
    find: "if (actorToken === '') throw",
    replace: 'if (actorToken === null) throw',
  },
  {
    guard: 'may_act: the actor is the party that it names',
    find: '  demandMayAct(identity, actor, trace)\n',
    replace: '',
  },
  {
    guard: 'may_act: a subject without an issuer is of the same issuer',
    find: '    iss === actor.issuer &&\n',
    replace: '',
  },
  {
    guard: 'may_act: it names a party',
    find: '    members.length > 0 &&\n',
    replace: '',
  },
  {
    guard: 'may_act: each of its members counts',
    find: '    members.every(\n',
    replace: '    members.some(\n',
  },
  {
    guard: 'sessions: a name for each chain of actors',
    find: '(owner.actor ? actorsOf(owner.actor) : [])',
    replace: '([] as Actor[])',
  },
  {
    guard: 'minted tokens: act',
    find: '...(identity.actor === undefined ? {} : { act: actClaim(identity.actor) }),',
    replace: '',
  },
  {
    guard: 'records: the actor',
    find: 'actor: identity?.actor && recordedActor(identity.actor),',
    replace: 'actor: undefined,',
  },
  {
    guard: 'proof: actors of different issuers',
    find: "(['subject', 'actor', 'both'] as const).flatMap",
    replace: "(['subject', 'both'] as const).flatMap",
  },
  {
    guard: 'proof: whose values an attribute has',
    find: "if (readings.has('chain')) return 'both'",
    replace: "if (readings.has('chain')) return 'subject'",
  },
  {
    guard: 'document: member does not know the actor',
    find: '  if (mentionsActor(member))\n',
    replace: '  if (member === null)\n',
  },
]
