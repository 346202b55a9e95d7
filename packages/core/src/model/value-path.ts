/** Where a value is inside a document or a policy. */

export type ValuePath = readonly (string | number)[]

/** For example `Statement[1].Condition.StringEquals["s3:prefix"]`; empty for the whole. */
export function formatPath(path: ValuePath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    if (!/^[\w$-]+$/.test(step)) return `${text}[${JSON.stringify(step)}]`
    return text === '' ? step : `${text}.${step}`
  }, '')
}
