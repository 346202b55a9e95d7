/** The functions and methods of CEL that are available, with the types that they accept. */
import { doubleToInt, doubleToString, textToDouble, textToInt } from './cel-conversions.ts'
import {
  indexOf,
  lastIndexOf,
  lowerAscii,
  sizeOfText,
  split,
  substring,
  trim,
  upperAscii,
} from './cel-text.ts'
import { type CelMap, keysOf, noOverload, TYPE_VALUES, typeOfValue } from './cel-values.ts'

interface ArgumentTypes {
  readonly string: string
  readonly int: bigint
  readonly double: number
  readonly bool: boolean
  readonly list: readonly unknown[]
  readonly map: CelMap
  readonly dyn: unknown
}

export type ArgumentType = keyof ArgumentTypes
/** `strings` is a list of strings. */
type ResultType = 'string' | 'int' | 'double' | 'bool' | 'type' | 'dyn' | 'strings'

export interface Overload {
  readonly parameters: readonly ArgumentType[]
  readonly result: ResultType
  /** @returns undefined where the arguments have other types */
  readonly apply: (args: readonly unknown[]) => unknown
}

/**
 * Functions whose cost is at most linear in their input, and whose result is no larger than it. Not
 * among them: `matches`, which is a backtracking RegExp here, and `map` and `join`, with which a
 * token of 20 kB became hundreds of megabytes.
 */
export const FUNCTIONS: ReadonlyMap<string, readonly Overload[]> = new Map([
  ['size', sizes()],
  [
    'string',
    [
      define(['string'], 'string', (text) => text),
      define(['bool'], 'string', String),
      define(['int'], 'string', String),
      define(['double'], 'string', doubleToString),
    ],
  ],
  [
    'int',
    [
      define(['int'], 'int', (int) => int),
      define(['double'], 'int', doubleToInt),
      define(['string'], 'int', textToInt),
    ],
  ],
  [
    'double',
    [
      define(['double'], 'double', (double) => double),
      define(['int'], 'double', Number),
      define(['string'], 'double', textToDouble),
    ],
  ],
  ['type', [define(['dyn'], 'type', (value) => TYPE_VALUES.get(typeOfValue(value)))]],
  ['dyn', [define(['dyn'], 'dyn', (value) => value)]],
])

/** The first parameter is the receiver. */
export const METHODS: ReadonlyMap<string, readonly Overload[]> = new Map([
  ['size', sizes()],
  ['startsWith', [define(['string', 'string'], 'bool', (text, part) => text.startsWith(part))]],
  ['endsWith', [define(['string', 'string'], 'bool', (text, part) => text.endsWith(part))]],
  ['contains', [define(['string', 'string'], 'bool', (text, part) => text.includes(part))]],
  ['lowerAscii', [define(['string'], 'string', lowerAscii)]],
  ['upperAscii', [define(['string'], 'string', upperAscii)]],
  ['trim', [define(['string'], 'string', trim)]],
  [
    'substring',
    [
      define(['string', 'int'], 'string', substring),
      define(['string', 'int', 'int'], 'string', substring),
    ],
  ],
  [
    'indexOf',
    [
      define(['string', 'string'], 'int', indexOf),
      define(['string', 'string', 'int'], 'int', indexOf),
    ],
  ],
  [
    'lastIndexOf',
    [
      define(['string', 'string'], 'int', lastIndexOf),
      define(['string', 'string', 'int'], 'int', lastIndexOf),
    ],
  ],
  [
    'split',
    [
      define(['string', 'string'], 'strings', split),
      define(['string', 'string', 'int'], 'strings', split),
    ],
  ],
])

/** @throws {CelError} where no overload accepts the arguments, and where the function fails */
export function callOverload(
  name: string,
  overloads: readonly Overload[] | undefined,
  args: readonly unknown[],
): unknown {
  for (const { apply } of overloads ?? []) {
    const result = apply(args)
    if (result !== undefined) return result
  }
  throw noOverload(name, args)
}

function sizes(): readonly Overload[] {
  return [
    define(['string'], 'int', sizeOfText),
    define(['list'], 'int', (list) => BigInt(list.length)),
    define(['map'], 'int', (map) => BigInt(keysOf(map).length)),
  ]
}

type ArgumentsOf<Types extends readonly ArgumentType[]> = {
  readonly [Index in keyof Types]: ArgumentTypes[Types[Index]]
}

function define<const Types extends readonly ArgumentType[]>(
  parameters: Types,
  result: ResultType,
  body: (...args: ArgumentsOf<Types>) => unknown,
): Overload {
  const accepts = (args: readonly unknown[]): args is ArgumentsOf<Types> => {
    if (args.length !== parameters.length) return false
    return parameters.every((type, at) => type === 'dyn' || typeOfValue(args[at]) === type)
  }
  return { parameters, result, apply: (args) => (accepts(args) ? body(...args) : undefined) }
}
