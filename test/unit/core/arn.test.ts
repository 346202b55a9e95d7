/** ARNs of roles and managed policies, and the partitions of AWS. */
import { describe, expect, it } from 'vitest'
import {
  isUsableIn,
  PARTITIONS,
  parsePolicyArn,
  parseRoleArn,
} from '../../../packages/core/src/policy/arn.ts'
import { partitionOf } from '../../../packages/core/src/policy/partition.ts'

const ACCOUNT = '111122223333'

describe('the partition of a region', () => {
  it.each([
    ['eu-west-1', 'aws'],
    ['us-east-1', 'aws'],
    ['us-gov-west-1', 'aws-us-gov'],
    ['us-gov-east-1', 'aws-us-gov'],
    ['cn-north-1', 'aws-cn'],
    ['eusc-de-east-1', 'aws-eusc'],
    ['eu-south-2', 'aws'],
    ['ca-west-1', 'aws'],
  ])('of %s is %s', (region, partition) => {
    expect(partitionOf(region)).toBe(partition)
    expect(PARTITIONS).toContain(partition)
  })
})

describe('the ARN of a role', () => {
  it.each(PARTITIONS)('is read in the partition %s', (partition) => {
    expect(parseRoleArn(`arn:${partition}:iam::${ACCOUNT}:role/app`)).toEqual({
      partition,
      account: ACCOUNT,
    })
  })

  it.each([
    'arn:aws:iam:::role/app',
    `arn:aws:iam::${ACCOUNT}:role/${'r'.repeat(64)}`,
    `arn:aws:iam::${ACCOUNT}:role/a/b/c`,
    `arn:aws:iam::${ACCOUNT}:role/!"#.0~/w_+=,.@-`,
  ])('may be %s', (arn) => {
    expect(parseRoleArn(arn)).toEqual({ partition: 'aws', account: arn.split(':')[4] })
  })

  it.each([
    ['an unknown partition', `arn:aws-eu:iam::${ACCOUNT}:role/app`],
    ['no partition', `arn::iam::${ACCOUNT}:role/app`],
    ['a partition that only begins as one', `arn:aws-cnx:iam::${ACCOUNT}:role/app`],
    ['another service', `arn:aws:sts::${ACCOUNT}:role/app`],
    ['a region', `arn:aws:iam:eu-west-1:${ACCOUNT}:role/app`],
    ['an account of 11 digits', 'arn:aws:iam::11112222333:role/app'],
    ['an account of 13 digits', 'arn:aws:iam::1111222233334:role/app'],
    ["AWS's own account", 'arn:aws:iam::aws:role/app'],
    ['a name of 65 characters', `arn:aws:iam::${ACCOUNT}:role/${'r'.repeat(65)}`],
    ['an empty name', `arn:aws:iam::${ACCOUNT}:role/`],
    ['an empty part of the path', `arn:aws:iam::${ACCOUNT}:role//app`],
    ['a path that ends the ARN', `arn:aws:iam::${ACCOUNT}:role/a/`],
    ['a space in the path', `arn:aws:iam::${ACCOUNT}:role/a b/app`],
    ['DEL in the path', `arn:aws:iam::${ACCOUNT}:role/\u007f/app`],
    ['a wildcard as its name', `arn:aws:iam::${ACCOUNT}:role/*`],
    ['a letter beyond ASCII', `arn:aws:iam::${ACCOUNT}:role/é`],
    ['a user', `arn:aws:iam::${ACCOUNT}:user/app`],
    ['a policy', `arn:aws:iam::${ACCOUNT}:policy/app`],
    ['text before it', ` arn:aws:iam::${ACCOUNT}:role/app`],
    ['a line break after it', `arn:aws:iam::${ACCOUNT}:role/app\n`],
    ['upper case', `ARN:AWS:IAM::${ACCOUNT}:ROLE/app`],
  ])('is refused with %s', (_what, arn) => {
    expect(parseRoleArn(arn)).toBeUndefined()
  })
})

describe('the ARN of a managed policy', () => {
  it.each([
    ...PARTITIONS.map((partition) => [`arn:${partition}:iam::aws:policy/A`, partition, 'aws']),
    [`arn:aws:iam::${ACCOUNT}:policy/team/A`, 'aws', ACCOUNT],
    ['arn:aws:iam:::policy/A', 'aws', ''],
    [`arn:aws:iam::aws:policy/${'p'.repeat(128)}`, 'aws', 'aws'],
  ])('%s is read', (arn = '', partition, account) => {
    expect(parsePolicyArn(arn)).toEqual({ partition, account })
  })

  it.each([
    `arn:aws:iam::aws:policy/${'p'.repeat(129)}`,
    'arn:aws:iam::aws:role/A',
    'arn:aws:iam::amazon:policy/A',
    'xarn:aws:iam::aws:policy/A',
    'arn:aws:iam::aws:policy/A ',
    'arn:aws:iam::aws:policy/',
  ])('%s is refused', (arn) => {
    expect(parsePolicyArn(arn)).toBeUndefined()
  })

  const ROLE = { partition: 'aws', account: ACCOUNT }
  it.each([
    [{ partition: 'aws', account: ACCOUNT }, true],
    [{ partition: 'aws', account: 'aws' }, true],
    [{ partition: 'aws', account: '999999999999' }, false],
    [{ partition: 'aws', account: '' }, false],
    [{ partition: 'aws-eusc', account: ACCOUNT }, false],
    [{ partition: 'aws-eusc', account: 'aws' }, false],
  ])('%j with a role of account 111122223333 in aws: %s', (policy, usable) => {
    expect(isUsableIn(policy, ROLE)).toBe(usable)
  })
})
