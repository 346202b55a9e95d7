/** The parts of dynalite that are used here; the package ships no types of its own. */
declare module 'dynalite/db/index.js' {
  /** One member: the type, such as `S`, with the value. */
  export type AttributeValue = Readonly<Record<string, unknown>>
  export type Item = Readonly<Record<string, AttributeValue>>
  /** The name of an attribute of the item first, then names and indexes within it. */
  export type DocumentPath = (string | number)[]

  export interface Operation {
    readonly type: string
    /** Of a function. */
    readonly name?: string
    readonly args: readonly Operand[]
  }
  export type Operand = DocumentPath | Operation | AttributeValue

  export interface ParsedCondition {
    readonly expression: Operation
    /** The first names of all paths. */
    readonly pathHeads: Readonly<Record<string, true>>
  }

  export interface ParsedUpdate {
    readonly sections: readonly { readonly path: DocumentPath; readonly val?: Operand }[]
  }

  export interface ParsedProjection {
    readonly paths: readonly DocumentPath[]
  }

  export interface LegacyCondition {
    readonly ComparisonOperator?: string
    readonly AttributeValueList?: readonly AttributeValue[]
    readonly Value?: AttributeValue
  }

  export interface WriteRequest {
    readonly PutRequest?: { readonly Item: Item }
    readonly DeleteRequest?: { readonly Key: Item }
  }

  /** Which attributes a read returns. */
  export interface ReadParameters {
    readonly AttributesToGet?: readonly string[]
    readonly _projection?: ParsedProjection
  }

  export interface KeysAndAttributes extends ReadParameters {
    readonly Keys: readonly Item[]
  }

  /** The parameters of an operation after dynalite checked them, with parsed expressions. */
  export interface CheckedParameters extends ReadParameters {
    readonly TableName?: string
    readonly IndexName?: string
    readonly ResourceArn?: string
    readonly Key?: Item
    readonly Item?: Item
    /** Of a batch, by table. */
    readonly RequestItems?: Readonly<Record<string, KeysAndAttributes | readonly WriteRequest[]>>
    /** Also those of a `KeyConditionExpression`. */
    readonly KeyConditions?: Readonly<Record<string, LegacyCondition>>
    readonly QueryFilter?: Readonly<Record<string, LegacyCondition>>
    readonly ScanFilter?: Readonly<Record<string, LegacyCondition>>
    readonly Expected?: Readonly<Record<string, LegacyCondition>>
    readonly AttributeUpdates?: Readonly<Record<string, unknown>>
    readonly Select?: string
    readonly ReturnValues?: string
    readonly ReturnConsumedCapacity?: string
    readonly Tags?: readonly { readonly Key?: string; readonly Value?: string }[]
    readonly TagKeys?: readonly string[]
    readonly _condition?: ParsedCondition
    readonly _filter?: ParsedCondition
    readonly _updates?: ParsedUpdate
  }

  export interface KeySchemaElement {
    readonly AttributeName: string
    readonly KeyType: string
  }

  export interface IndexDescription {
    readonly IndexName: string
    readonly IndexArn: string
    readonly KeySchema: readonly KeySchemaElement[]
  }

  export interface TableDescription {
    readonly TableName: string
    readonly TableArn: string
    readonly TableStatus: string
    readonly KeySchema: readonly KeySchemaElement[]
    readonly GlobalSecondaryIndexes?: readonly IndexDescription[]
    readonly LocalSecondaryIndexes?: readonly IndexDescription[]
  }

  export interface OperationResult {
    readonly Table?: TableDescription
    readonly TableDescription?: TableDescription
  }

  type Callback<Result> = (error: unknown, result?: Result) => void

  export interface Store {
    /** @param checkStatus whether a table that is being created or deleted is not found */
    getTable(name: string, checkStatus: boolean, callback: Callback<TableDescription>): void
    readonly db: { open(): Promise<void> }
    readonly lifecycleManager: { gracefulClose(callback: (error?: unknown) => void): void }
  }

  const db: {
    create(options: {
      /** Folder of the database. Default: in memory. */
      readonly path?: string
      readonly createTableMs: number
      readonly deleteTableMs: number
      readonly updateTableMs: number
    }): Store
  }
  export default db
}

declare module 'dynalite/validations/index.js' {
  import type { AttributeValue, CheckedParameters, Store } from 'dynalite/db/index.js'

  /** What a parameter is: a type, or an object with `type`, `children` and constraints. */
  export type ParameterTypes = Readonly<Record<string, unknown>>
  export type CustomCheck = (parameters: CheckedParameters, store: Store) => string | undefined

  const validations: {
    /** Throws an error with `statusCode` and `body`. */
    checkTypes(parameters: unknown, types: ParameterTypes): CheckedParameters
    /** Throws an error with `statusCode` and `body`, and adds the parsed expressions. */
    checkValidations(
      parameters: CheckedParameters,
      types: ParameterTypes,
      custom: CustomCheck | undefined,
      store: Store,
    ): void
    /** Returns what is wrong, and writes numbers in their canonical form. */
    validateAttributeValue(value: AttributeValue): string | undefined
  }
  export default validations
}
