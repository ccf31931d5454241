import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createEventHistory } from '../event-history.ts'
import { createSessionTokens } from '../session-token.ts'
import { ecrOperations } from './ecr/index.ts'
import { createLazyOperations } from './lazy-operations.ts'
import { createOperationTable } from './operations.ts'
import { s3Operations } from './s3/index.ts'
import { createStsOperations } from './sts/index.ts'

const tokens = createSessionTokens(randomBytes(32), randomBytes)
const history = createEventHistory()

test('every operation of S3 and ECR is there once it is loaded, and no sooner', async () => {
  const { find, load } = createLazyOperations(tokens, history)
  for (const operations of [s3Operations, ecrOperations]) {
    const service = operations[0]?.service ?? 'iam'
    expect(find(service, operations[0]?.name ?? '')).toBeUndefined()
    await Promise.all([load(service), load(service)])
    for (const operation of operations) expect(find(service, operation.name)).toBe(operation)
    expect(load(service)).toBeUndefined()
  }
})

test('it knows what the whole table knows', () => {
  const { find, load } = createLazyOperations(tokens, history)
  const all = createOperationTable(tokens, history)
  for (const { name } of createStsOperations(tokens)) expect(find('sts', name)).toBeDefined()
  for (const [service, name] of [
    ['iam', 'CreateRole'],
    ['organizations', 'CreateAccount'],
    ['cloudtrail', 'LookupEvents'],
  ] as const) {
    expect(load(service)).toBeUndefined()
    expect([find(service, name)?.name, all(service, name)?.name]).toEqual([name, name])
  }
})
