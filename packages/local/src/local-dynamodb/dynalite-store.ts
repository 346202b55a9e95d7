/**
 * The tables, in dynalite. Its server is not used: it would read the request a second time, and
 * another program could reach it without a signature. Here, what was authorized is what runs.
 */
import { mkdir } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import db, {
  type CheckedParameters,
  type OperationResult,
  type Store,
  type TableDescription,
} from 'dynalite/db/index.js'
import validations, { type CustomCheck, type ParameterTypes } from 'dynalite/validations/index.js'
import { AwsRefusal } from '../local-aws/aws-refusal.ts'
import type { TableLookup } from './access-requests.ts'
import type { OperationName } from './dynamodb-operations.ts'
import { isJsonObject, type RequestBody, serializationError } from './parse-request-body.ts'
import { checkComparisons, checkExpressionSizes } from './unsupported-expressions.ts'
import { refuseUnsupportedParameters } from './unsupported-parameters.ts'

export interface DynaliteStore extends TableLookup {
  /**
   * Checks the parameters and parses their expressions, without reading a table.
   *
   * @throws {AwsRefusal} `SerializationException` or `ValidationException`
   */
  check(operation: OperationName, body: RequestBody): Promise<CheckedParameters>
  /** @throws {AwsRefusal} such as `ConditionalCheckFailedException` */
  run(operation: OperationName, parameters: CheckedParameters): Promise<OperationResult>
  /** Waits for writes that have not finished. */
  close(): Promise<void>
}

type Action = (
  store: Store,
  parameters: CheckedParameters,
  callback: (error: unknown, result?: OperationResult) => void,
) => void

interface Operation {
  readonly run: Action
  readonly types: ParameterTypes
  readonly custom?: CustomCheck
}

const UNSETTLED = new Set(['CREATING', 'UPDATING', 'DELETING'])

/**
 * @param folder undefined: in memory
 * @throws {Error} if the folder cannot be used
 */
export async function openDynaliteStore(folder: string | undefined): Promise<DynaliteStore> {
  if (folder !== undefined) await mkdir(folder, { recursive: true })
  const times = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 }
  const store = db.create({ ...(folder === undefined ? {} : { path: folder }), ...times })
  await store.db.open()

  const describeTable = (name: string) =>
    new Promise<TableDescription | undefined>((resolve, reject) => {
      store.getTable(name, false, (error, table) =>
        error && refusalOf(error) === undefined ? reject(error) : resolve(table),
      )
    })

  /** dynalite finishes a change of a table with a timer, and a kept table would stay unfinished. */
  async function untilSettled(name: string): Promise<void> {
    while (UNSETTLED.has((await describeTable(name))?.TableStatus ?? '')) await setImmediate()
  }

  return {
    async check(operation, body) {
      const { types, custom } = await loadOperation(operation)
      refuseUnsupportedParameters(operation, body, types)
      checkExpressionSizes(body)
      return asAws(() => {
        const parameters = validations.checkTypes(body, types)
        validations.checkValidations(parameters, types, custom, store)
        checkComparisons(parameters)
        return parameters
      })
    },
    async run(operation, parameters) {
      const { run } = await loadOperation(operation)
      const result = await new Promise<OperationResult>((resolve, reject) => {
        run(store, parameters, (error, done) =>
          error ? reject(refusalOf(error) ?? error) : resolve(done ?? {}),
        )
      })
      const changed = result.TableDescription?.TableName
      if (changed !== undefined) await untilSettled(changed)
      return result
    },
    describeTable,
    close: () =>
      new Promise((resolve, reject) => {
        store.lifecycleManager.gracefulClose((error) => (error ? reject(error) : resolve()))
      }),
  }
}

async function loadOperation(operation: OperationName): Promise<Operation> {
  const file = `${operation.charAt(0).toLowerCase()}${operation.slice(1)}.js`
  const [action, validation]: [
    { default: Action },
    { default: { types: ParameterTypes; custom?: CustomCheck } },
  ] = await Promise.all([
    import(`dynalite/actions/${file}`),
    import(`dynalite/validations/${file}`),
  ])
  return { ...validation.default, run: action.default }
}

/** Any other error of the checks is about a value of an unexpected type, such as null. */
function asAws<Result>(check: () => Result): Result {
  try {
    return check()
  } catch (error) {
    if (error instanceof AwsRefusal) throw error
    throw refusalOf(error) ?? serializationError('a value has an unexpected type')
  }
}

/** dynalite gives the errors of AWS a status and the body of the response. */
function refusalOf(error: unknown): AwsRefusal | undefined {
  if (!(error instanceof Error) || !('statusCode' in error) || !('body' in error)) return undefined
  const { statusCode, body } = error
  if (typeof statusCode !== 'number' || !isJsonObject(body)) return undefined
  const code = String(body.__type).replace(/^.*#/, '')
  return new AwsRefusal(statusCode, code, String(body.message ?? body.Message ?? ''))
}
