/** How a place inside a policy or a document is written. */
import { expect, it } from 'vitest'
import { formatPath, type ValuePath } from '../../../packages/core/src/model/value-path.ts'

it.each<[ValuePath, string]>([
  [[], ''],
  [['Statement'], 'Statement'],
  [['Statement', 1], 'Statement[1]'],
  [[0, 'Action'], '[0].Action'],
  [['Statement', 0, 'Condition', 'Bool'], 'Statement[0].Condition.Bool'],
  [['Condition', 's3:prefix'], 'Condition["s3:prefix"]'],
  [['s3:prefix', 'a'], '["s3:prefix"].a'],
  [['a', ''], 'a[""]'],
  [['a', 'two words'], 'a["two words"]'],
  [['a', 'x.y'], 'a["x.y"]'],
  [['a', ' b'], 'a[" b"]'],
  [['a', 'b '], 'a["b "]'],
  [['a', '"'], 'a["\\""]'],
  [['$a', 'b-c', 'd_1', '$'], '$a.b-c.d_1.$'],
])('%j is %s', (path, text) => {
  expect(formatPath(path)).toBe(text)
})
