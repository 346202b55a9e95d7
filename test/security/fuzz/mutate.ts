/** Creates an input from others: changes, repeats, removes and joins bytes, and inserts words. */

export type Random = () => number

/** Words of the formats that are parsed. */
const WORDS = [
  ...[
    '{',
    '}',
    '[',
    ']',
    '"',
    ':',
    ',',
    '\\',
    "'",
    '.',
    '/',
    '=',
    '&',
    '%',
    '+',
    '-',
    '*',
    '?',
    '$',
    '${',
    '{{',
    '}}',
    '<',
    '>',
    '</',
    '&#',
    ';',
  ],
  ...[
    'null',
    'true',
    '1e999',
    '-0',
    '9007199254740993',
    '0x10',
    '\\u0000',
    '\\ud800',
    '\u0000',
    '\uFEFF',
    '\u202E',
    '\n',
    '\t',
    ' ',
  ],
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    '"alg":',
    '"kid":"k"',
    '"iss":',
    '"kty":"RSA"',
    '"crv":"P-256"',
    '"n":',
    '"e":"AQAB"',
  ],
  ...[
    '&a ',
    '*a',
    '!!',
    '<<: ',
    '- ',
    '? ',
    '| ',
    '> ',
    '---\n',
    '# ',
    'tenant: ',
    'issuers:',
    'grants:',
    'pattern: ',
    'from: claims.',
    'when: ',
  ],
  ...[
    'claims.',
    'exists(x, ',
    'filter(',
    ' in ',
    ' && ',
    ' || ',
    ' ? ',
    'size(',
    'has(',
    'split(',
    'int(',
    'double(',
    '.all(',
    'dyn(',
  ],
  ...[
    '"Version":"2012-10-17"',
    '"Statement":',
    '"Effect":"Allow"',
    '"Action":',
    '"Resource":"arn:aws:s3:::a/*"',
    '"Condition":',
    'Sid',
  ],
  ...[
    'Action=AssumeRoleWithWebIdentity',
    '&Policy=',
    '&PolicyArns.member.1.arn=',
    '&RoleArn=',
    '%00',
    '%',
    '&scope=grant:',
    'statement:',
  ],
  ...[
    '<!DOCTYPE a [<!ENTITY b "c">]>',
    '<![CDATA[',
    ']]>',
    '<!--',
    '-->',
    '&b;',
    '<?xml ?>',
    '<Credentials>',
    '<Expiration>',
  ],
]
const MAX_BYTES = 8 * 1024
const EDITS = 6

export function mutate(corpus: readonly Buffer[], random: Random): Buffer {
  const below = (limit: number) => Math.floor(random() * limit)
  const pick = () => corpus[below(corpus.length)] ?? Buffer.alloc(0)
  let input = pick()
  for (let edit = 0; edit <= below(EDITS); edit++) {
    const at = below(input.length + 1)
    const end = Math.min(input.length, at + 1 + below(below(2) === 0 ? 4 : 64))
    const [before, piece, after] = [
      input.subarray(0, at),
      input.subarray(at, end),
      input.subarray(end),
    ]
    const other = pick()
    const from = below(other.length + 1)
    input = Buffer.concat(
      [
        () => [before, after],
        () => [before, piece, piece, after],
        () => [before, ...Array<Buffer>(1 + below(40)).fill(piece), after],
        () => [before, Buffer.from([below(256)]), piece, after],
        () => [before, flipBit(piece, below(8)), after],
        () => [before, Buffer.from(WORDS[below(WORDS.length)] ?? ''), piece, after],
        () => [before, Buffer.from(WORDS[below(WORDS.length)] ?? ''), after],
        () => [before, other.subarray(from, from + 1 + below(64)), piece, after],
        () => [before, other.subarray(from)],
      ][below(9)]?.() ?? [],
    ).subarray(0, MAX_BYTES)
  }
  return input
}

function flipBit(piece: Buffer, bit: number): Buffer {
  const copy = Buffer.from(piece)
  if (copy[0] !== undefined) copy[0] ^= 1 << bit
  return copy
}

/** A random generator with a seed, so that a run can be repeated (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
