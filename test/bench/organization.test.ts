import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { root } from '../support/run-stile.ts'

const program = join(root, 'bench/who-can-survey.js')

interface Survey {
  readonly roles: number
  readonly principals: number
  readonly digest: string
}

async function survey(...argv: readonly string[]): Promise<Survey> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...argv])
  return JSON.parse(stdout)
}

test('two workers find what one finds', async () => {
  const [one, two] = await Promise.all([survey('7', '1'), survey('7', '2')])
  expect(one.roles).toBeGreaterThan(400)
  expect(one.principals).toBeGreaterThan(one.roles)
  const { roles, principals, digest } = one
  expect(two).toMatchObject({ roles, principals, digest })
})

test('one and two workers find what the engine says of every pair', async () => {
  const [one, two, brute] = await Promise.all([
    survey('4', '1', 'pairs'),
    survey('4', '2', 'pairs'),
    survey('4', '1', 'brute'),
  ])
  expect(brute.principals).toBeGreaterThan(500)
  for (const { principals, digest } of [one, two]) {
    expect({ principals, digest }).toEqual({
      principals: brute.principals,
      digest: brute.digest,
    })
  }
})
