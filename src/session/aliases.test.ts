import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { aliasesPath, loadAliases, removeAlias, saveAlias } from './aliases.ts'

let environment: { readonly STILE_CONFIG_DIR: string }
beforeEach(async () => {
  environment = { STILE_CONFIG_DIR: await mkdtemp(join(tmpdir(), 'stile-')) }
})
afterEach(() => rm(environment.STILE_CONFIG_DIR, { recursive: true }))

const roleArn = 'arn:aws:iam::222222222222:role/r'

test('what is saved is there until it is removed', async () => {
  expect((await loadAliases(environment)).size).toBe(0)
  await saveAlias(environment, 'r', { roleArn, profile: 'me', externalId: 'k' })
  await saveAlias(environment, '__proto__', { roleArn })
  const aliases = await loadAliases(environment)
  expect(aliases.get('r')).toEqual({ roleArn, profile: 'me', externalId: 'k' })
  expect(await removeAlias(environment, 'r')).toBe(true)
  expect(await removeAlias(environment, 'r')).toBe(false)
  expect((await loadAliases(environment)).has('r')).toBe(false)
})

test.each(['{', 'null', '{"aliases":[1]}', '{"aliases":{"a":{"roleArn":1}}}'])(
  'the damaged file %j is an error, and is not written over',
  async (text) => {
    await writeFile(aliasesPath(environment), text)
    await expect(loadAliases(environment)).rejects.toMatchObject({ code: 'damaged-file' })
    await expect(saveAlias(environment, 'r', { roleArn })).rejects.toMatchObject({
      code: 'damaged-file',
    })
  },
)
