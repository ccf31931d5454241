import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { CliError } from './cli-error.ts'
import { asObject, readAuthorizationDetails } from './policy-source-details.ts'
import {
  type AccountRecord,
  type DocumentRecord,
  emptyRecord,
  type HolderRecord,
  joinRecords,
  type ResourceRecord,
} from './policy-source-record.ts'

/** Reads a directory of policies: `ACCOUNT.json` and folders `ACCOUNT/`, as docs/explain.md lays them out. */
export async function readPolicyDirectory(directory: string): Promise<readonly AccountRecord[]> {
  const names = await namesIn(directory)
  if (names === undefined) throw new CliError(`\`${directory}\` is no directory`)
  const byAccount = new Map<string, AccountRecord>()
  for (const name of names) {
    const id = /^(\d{12})(\.json)?$/.exec(name)?.[1]
    if (id === undefined) continue
    const path = join(directory, name)
    const found = name.endsWith('.json')
      ? readAuthorizationDetails(id, await readJson(path), path)
      : await readAccount(id, path)
    const present = byAccount.get(id)
    byAccount.set(id, present === undefined ? found : joinRecords(present, found))
  }
  if (byAccount.size > 0) return [...byAccount.values()]
  throw new CliError(`\`${directory}\` holds no account`, {
    remedy: 'name files 222222222222.json or folders 222222222222/; see docs/explain.md',
  })
}

const parts = ['roles', 'users', 'groups', 'policies', 'resources', 'scp', 'rcp']

async function readAccount(id: string, path: string): Promise<AccountRecord> {
  const unknown = ((await namesIn(path)) ?? []).find(
    (name) => !parts.includes(name) && !name.startsWith('.'),
  )
  if (unknown !== undefined) {
    throw new CliError(`\`${join(path, unknown)}\` is no part of an account`, {
      remedy: `there are: ${parts.join(', ')}`,
    })
  }
  const own = (await readJsonFiles(join(path, 'policies'))).map(
    ({ name, document }) => [`arn:aws:iam::${id}:policy/${name}`, document] as const,
  )
  return {
    ...emptyRecord(id),
    users: await readHolders(id, path, 'user'),
    groups: await readHolders(id, path, 'group'),
    roles: await readHolders(id, path, 'role'),
    managed: new Map(own),
    resources: await readResources(join(path, 'resources')),
    scp: await readLevels(join(path, 'scp')),
    rcp: await readLevels(join(path, 'rcp')),
  }
}

type HolderKind = 'user' | 'group' | 'role'

const ofHolder = ['inline', 'managed.txt', 'groups.txt', 'boundary.json', 'trust.json', 'id.txt']

async function readHolders(
  id: string,
  account: string,
  kind: HolderKind,
): Promise<readonly HolderRecord[]> {
  const top = join(account, `${kind}s`)
  const found = await holderFolders(top)
  return Promise.all(
    found.map((path) => readHolder(path, `arn:aws:iam::${id}:${kind}/${relative(top, path)}`)),
  )
}

/** Folders between `roles/` and the one with the documents are the role's path. */
async function holderFolders(top: string): Promise<readonly string[]> {
  const names = (await namesIn(top)) ?? []
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(top, name)
      const inside = await namesIn(path)
      if (inside === undefined) return []
      const isHolder = inside.length === 0 || inside.some((each) => ofHolder.includes(each))
      return isHolder ? [path] : await holderFolders(path)
    }),
  )
  return found.flat()
}

async function readHolder(path: string, arn: string): Promise<HolderRecord> {
  const names = new Set(await namesIn(path))
  const optional = async (name: string): Promise<unknown> =>
    names.has(name) ? readJson(join(path, name)) : undefined
  const [boundary, trust] = [await optional('boundary.json'), await optional('trust.json')]
  const [uniqueId] = await readLines(join(path, 'id.txt'), names)
  return {
    name: basename(path),
    arn,
    inline: await readJsonFiles(join(path, 'inline')),
    managed: await readLines(join(path, 'managed.txt'), names),
    groups: await readLines(join(path, 'groups.txt'), names),
    ...(uniqueId === undefined ? {} : { uniqueId }),
    ...(boundary === undefined ? {} : { boundary: { document: boundary } }),
    ...(trust === undefined ? {} : { trust }),
  }
}

async function readResources(path: string): Promise<readonly ResourceRecord[]> {
  const files = await readJsonFiles(path)
  return files.map(({ name, document }) => {
    const file = asObject(document)
    const arn = file?.resource
    if (typeof arn !== 'string' || file?.policy === undefined) {
      throw new CliError(`${join(path, name)}.json: write {"resource": ARN, "policy": DOCUMENT}`)
    }
    return { arn, document: file.policy }
  })
}

async function readLevels(path: string): Promise<readonly (readonly DocumentRecord[])[]> {
  const names = (await namesIn(path)) ?? []
  return Promise.all(names.map((name) => readJsonFiles(join(path, name))))
}

async function readJsonFiles(path: string): Promise<readonly DocumentRecord[]> {
  const names = ((await namesIn(path)) ?? []).filter((name) => name.endsWith('.json'))
  return Promise.all(
    names.map(async (name) => ({
      name: basename(name, '.json'),
      document: await readJson(join(path, name)),
    })),
  )
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    throw new CliError(`${path}: ${(error as Error).message}`, { cause: error })
  }
}

async function readLines(path: string, names: ReadonlySet<string>): Promise<readonly string[]> {
  if (!names.has(basename(path))) return []
  const text = await readFile(path, 'utf8')
  return text
    .split(/\r?\n/)
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '')
}

async function namesIn(path: string): Promise<readonly string[] | undefined> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory() !== true) return undefined
  const names = await readdir(path)
  return names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
}
