/**
 * Requests for DynamoDB that are made from a tree, with what they must need. The tree is written as
 * an expression here, so this reads nothing: it is independent of the parsers.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import * as fc from 'fast-check'

export interface GeneratedRequest {
  readonly operation: 'GetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'Query' | 'Scan'
  readonly input: Readonly<Record<string, unknown>>
  readonly attributes: readonly string[]
  readonly leadingKeys: readonly string[]
}

/** Names that an expression may contain as they are, and others that need an alias. */
const PLAIN_NAMES = ['alpha', 'beta_2', 'Gamma', 'secret', 'board']
const OTHER_NAMES = ['na.me', 'élan', 'a b', 'size', 'a[0]', '#alpha', ':v0', 'SELECT', '1st']

const name = fc.constantFrom(...PLAIN_NAMES, ...OTHER_NAMES)

interface Path {
  readonly head: string
  readonly rest: readonly (string | number)[]
}

const path: fc.Arbitrary<Path> = fc.record({
  head: name,
  rest: fc.array(fc.oneof(name, fc.nat(3)), { maxLength: 2 }),
})

type Value = AttributeValue

const scalar: fc.Arbitrary<Value> = fc.oneof(
  fc.string({ maxLength: 4 }).map((S) => ({ S })),
  fc.integer({ min: -99, max: 99 }).map((N) => ({ N: String(N) })),
)

/** Of every type, so that items have values that a comparison does not expect. */
const anyValue: fc.Arbitrary<Value> = fc.oneof(
  scalar,
  scalar,
  fc.constantFrom<Value>(
    ...[{ BOOL: false }, { NULL: true }, { L: [] }, { L: [{ S: 'a' }, { N: '1' }] }, { M: {} }],
    ...[{ M: { alpha: { L: [{ N: '2' }] } } }, { SS: ['a', 'b'] }, { NS: ['1', '2'] }],
  ),
)

type Operand = { readonly path: Path } | { readonly value: Value } | { readonly sizeOf: Path }

type Condition =
  | { readonly kind: 'compare'; readonly operator: string; readonly operands: readonly Operand[] }
  | { readonly kind: 'between' | 'in'; readonly operands: readonly Operand[] }
  | { readonly kind: 'function'; readonly name: string; readonly operands: readonly Operand[] }
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'not'; readonly conditions: readonly Condition[] }

const asPath = path.map((of) => ({ path: of }))
const operand: fc.Arbitrary<Operand> = fc.oneof(
  asPath,
  anyValue.map((value) => ({ value })),
  path.map((sizeOf) => ({ sizeOf })),
)
const text = fc.string({ maxLength: 3 }).map((S): Operand => ({ value: { S } }))

const leaf: fc.Arbitrary<Condition> = fc.oneof(
  fc
    .tuple(fc.constantFrom('=', '<>', '<', '<=', '>', '>='), operand, operand)
    .map(([operator, ...operands]) => ({ kind: 'compare' as const, operator, operands })),
  fc.tuple(asPath, fc.nat(9), fc.nat(9)).map(([of, low, more]) => ({
    kind: 'between' as const,
    operands: [of, { value: { N: String(low) } }, { value: { N: String(low + more) } }],
  })),
  fc
    .tuple(operand, fc.array(operand, { minLength: 1, maxLength: 3 }))
    .map(([of, others]) => ({ kind: 'in' as const, operands: [of, ...others] })),
  fc
    .tuple(fc.constantFrom('attribute_exists', 'attribute_not_exists'), asPath)
    .map(([of, ...operands]) => ({ kind: 'function' as const, name: of, operands })),
  fc
    .tuple(fc.constantFrom('begins_with', 'contains'), asPath, fc.oneof(text, asPath))
    .map(([of, ...operands]) => ({ kind: 'function' as const, name: of, operands })),
)

const condition: fc.Arbitrary<Condition> = fc.oneof(
  { maxDepth: 2 },
  leaf,
  leaf,
  fc
    .tuple(fc.constantFrom('and' as const, 'or' as const), leaf, leaf)
    .map(([kind, ...conditions]) => ({ kind, conditions })),
  leaf.map((of) => ({ kind: 'not' as const, conditions: [of] })),
  fc.tuple(leaf, leaf, leaf).map(
    ([a, b, c]): Condition => ({
      kind: 'or',
      conditions: [a, { kind: 'and', conditions: [b, { kind: 'not', conditions: [c] }] }],
    }),
  ),
)

/** Writes trees as text, and notes every attribute. `choices` decides about aliases and spaces. */
class Writer {
  readonly names: Record<string, string> = {}
  readonly values: Record<string, Value> = {}
  readonly attributes = new Set<string>()
  private index = 0
  private readonly choices: readonly number[]

  constructor(choices: readonly number[]) {
    this.choices = choices
  }

  private choose(of: number): number {
    this.index += 1
    return (this.choices[this.index % this.choices.length] ?? 0) % of
  }

  space(): string {
    return ['', ' ', '  ', '\t', '\n'][this.choose(5)] ?? ''
  }

  word(word: string): string {
    return ` ${this.choose(2) === 0 ? word : word.toLowerCase()} `
  }

  private piece(piece: string): string {
    if (PLAIN_NAMES.includes(piece) && this.choose(2) === 0) return piece
    const known = Object.keys(this.names).find((alias) => this.names[alias] === piece)
    if (known !== undefined && this.choose(2) === 0) return known
    // The alias may be the name of another attribute.
    const alias = `#${['alpha', 'secret', 'n'][this.choose(3)]}${Object.keys(this.names).length}`
    this.names[alias] = piece
    return alias
  }

  path({ head, rest }: Path): string {
    this.attributes.add(head)
    const pieces = rest.map((piece) =>
      typeof piece === 'number' ? `[${piece}]` : `.${this.piece(piece)}`,
    )
    return `${this.piece(head)}${pieces.join('')}`
  }

  value(value: Value): string {
    const placeholder = `:v${Object.keys(this.values).length}`
    this.values[placeholder] = value
    return placeholder
  }

  operand(of: Operand): string {
    if ('path' in of) return this.path(of.path)
    if ('value' in of) return this.value(of.value)
    return `size(${this.space()}${this.path(of.sizeOf)})`
  }

  condition(of: Condition): string {
    if ('conditions' in of) {
      if (of.kind === 'not') return `NOT (${of.conditions.map((one) => this.condition(one))})`
      const parts = of.conditions.map((one) =>
        'conditions' in one && one.kind !== 'not'
          ? `(${this.condition(one)})`
          : this.condition(one),
      )
      return parts.join(this.word(of.kind.toUpperCase()))
    }
    const [first = '', ...others] = of.operands.map((one) => this.operand(one))
    if (of.kind === 'compare') return [first, of.operator, others.join()].join(this.space())
    if (of.kind === 'between') return `${first}${this.word('BETWEEN')}${others.join(' AND ')}`
    if (of.kind === 'in') return `${first}${this.word('IN')}(${others.join(`,${this.space()}`)})`
    return `${'name' in of ? of.name : ''}(${[first, ...others].join(`,${this.space()}`)})`
  }
}

interface Update {
  readonly section: 'SET' | 'REMOVE' | 'ADD'
  readonly target: Path
  readonly from: readonly Operand[]
  readonly form: 'value' | 'plus' | 'default' | 'append'
}

const update: fc.Arbitrary<Update> = fc.record({
  section: fc.constantFrom('SET', 'SET', 'REMOVE', 'ADD'),
  target: path,
  from: fc.tuple(
    asPath,
    anyValue.map((value) => ({ value })),
  ),
  form: fc.constantFrom('value', 'plus', 'default', 'append'),
})

function writeUpdates(updates: readonly Update[], writer: Writer): string {
  const sections = (['SET', 'REMOVE', 'ADD'] as const).flatMap((section) => {
    const parts = updates
      .filter((one) => one.section === section)
      .map(({ target, from, form }) => {
        const to = writer.path(target)
        if (section === 'REMOVE') return to
        if (section === 'ADD') return `${to} ${writer.value({ N: '1' })}`
        const [path_ = '', value = ''] = from.map((one) => writer.operand(one))
        const right = {
          value: `${path_}-${value}`,
          plus: `${path_} + ${value}`,
          default: `if_not_exists(${path_}, ${value})`,
          append: `list_append(${path_},${writer.space()}${value})`,
        }[form]
        return `${to}${writer.space()}=${writer.space()}${right}`
      })
    return parts.length === 0 ? [] : [`${writer.word(section)}${parts.join(', ')}`]
  })
  return sections.join(' ').trim()
}

const distinctHeads = <T>(of: fc.Arbitrary<T>, head: (value: T) => string, minLength: number) =>
  fc.uniqueArray(of, { selector: head, minLength, maxLength: 3 })

/** Requests of all operations on the table of scores. */
export const generatedRequest: fc.Arbitrary<GeneratedRequest> = fc
  .record({
    operation: fc.constantFrom<GeneratedRequest['operation']>(
      ...(['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'Scan'] as const),
    ),
    player: fc.oneof(fc.constantFrom('alice', 'bob', 'ALICE', '*'), fc.string({ minLength: 1 })),
    round: fc.constantFrom('r1', 'r2'),
    condition: fc.option(condition, { nil: undefined }),
    projection: fc.option(
      distinctHeads(path, ({ head }) => head, 1),
      { nil: undefined },
    ),
    updates: distinctHeads(update, ({ target }) => target.head, 1),
    item: fc.dictionary(name, anyValue, { maxKeys: 4 }),
    choices: fc.array(fc.nat(59), { minLength: 1, maxLength: 40 }),
  })
  .map(({ operation, player, round, choices, ...parts }) => {
    const writer = new Writer(choices)
    const key = { player: { S: player }, round: { S: round } }
    const isRead = operation === 'GetItem' || operation === 'Query' || operation === 'Scan'
    const isItem = operation !== 'Query' && operation !== 'Scan'
    const input: Record<string, unknown> = { TableName: 'scores' }
    if (isItem) {
      writer.attributes.add('player').add('round')
      if (operation === 'PutItem') {
        for (const attribute of Object.keys(parts.item)) writer.attributes.add(attribute)
        input.Item = { ...parts.item, ...key }
      } else input.Key = key
    }
    if (operation === 'Query')
      input.KeyConditionExpression = writer.condition({
        kind: 'compare',
        operator: '=',
        operands: [{ path: { head: 'player', rest: [] } }, { value: { S: player } }],
      })
    if (operation === 'UpdateItem') input.UpdateExpression = writeUpdates(parts.updates, writer)
    if (parts.condition !== undefined && operation !== 'GetItem')
      input[isItem ? 'ConditionExpression' : 'FilterExpression'] = writer.condition(parts.condition)
    if (parts.projection !== undefined && isRead)
      input.ProjectionExpression = parts.projection.map((one) => writer.path(one)).join(', ')
    if (Object.keys(writer.names).length > 0) input.ExpressionAttributeNames = writer.names
    if (Object.keys(writer.values).length > 0) input.ExpressionAttributeValues = writer.values
    return {
      operation,
      input,
      attributes: [...writer.attributes].sort(),
      leadingKeys: operation === 'Scan' ? [] : [player],
    }
  })
