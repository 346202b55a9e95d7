/** Which texts are values of a condition operator, for the local STS. */
import { isIP } from 'node:net'

/** One `${…}`: a key with an optional default value, or an escaped character. */
const VARIABLE = /\$\{(?:[*?$]|[A-Za-z0-9][\w./-]*:[^{}$*?',]+(?:, '[^'{}$*?]*')?)\}/g

/** @param type the operator's name without what it does with the value: `Numeric`, `IpAddress` */
export function isConditionValue(type: string, text: string): boolean {
  switch (type) {
    case 'Numeric':
      return /^[+-]?\d{1,64}(\.\d{1,64})?([eE][+-]?\d{1,3})?$/.test(text)
    case 'Date':
      return isDate(text)
    case 'Null':
      return /^(true|false)$/i.test(text)
    case 'Bool':
      return /^(true|false)$/i.test(text) || (text.includes('$') && hasOnlyVariables(text))
    case 'Binary':
      return Buffer.from(text, 'base64').toString('base64') === text
    case 'IpAddress':
      return isAddressRange(text)
    case 'Arn':
      return hasOnlyVariables(text) && isArnPattern(text)
    default:
      return hasOnlyVariables(text)
  }
}

function hasOnlyVariables(text: string): boolean {
  const withoutSpaces = (variable: string) => (/:\s|\s[},]/.test(variable) ? variable : '')
  return !text.replace(VARIABLE, withoutSpaces).includes('${')
}

function isArnPattern(text: string): boolean {
  const segments = text.split(':')
  const isOpen = segments.slice(0, 6).some((segment) => segment.includes('$'))
  return text === '*' || isOpen || (segments[0] === 'arn' && segments.length > 5)
}

function isAddressRange(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0 || /[%.]/.test(family === 6 ? address : '')) return false
  if (prefix === undefined) return family === 4
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128)
}

function isDate(text: string): boolean {
  if (/^\d{1,19}$/.test(text)) return true
  const format = /^\d{4}-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?)?$/
  if (!format.test(text) || Number.isNaN(Date.parse(text))) return false
  const [year, month, day] = text.slice(0, 10).split('-').map(Number)
  return day === undefined || day <= new Date(Date.UTC(year ?? 0, month ?? 0, 0)).getUTCDate()
}
