import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import {
  type JsonSchema,
  type Problem,
  parseShape,
  problemAt,
  type Report,
  readYaml,
  topPlace,
  valueAt,
} from '../../access/index.ts'
import { findManagedPolicy } from '../../catalog/index.ts'
import type {
  KnownIssuer,
  Seed,
  SeedAccount,
  SeedHolder,
  SeedOrganization,
  SeedUnit,
} from '../../local/index.ts'
import { CliError } from '../cli-error.ts'
import { describeProblems } from '../load-access.ts'
import { checkSeedFile } from './seed-check.ts'
import {
  type SeedFile,
  type SeedFileAccount,
  type SeedFileUnit,
  seedFileShape,
} from './seed-schema.ts'

export type SeedParse =
  | { readonly ok: true; readonly seed: Seed }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** Loads a seed file, YAML or JSON. Problems end the command with exit 2. */
export async function loadSeedFile(path: string): Promise<Seed> {
  const parsed = parseSeedFile({ file: path, text: await readText(path) })
  if (parsed.ok) return parsed.seed
  throw new CliError(describeProblems(parsed.problems, 'the seed file'))
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new CliError(`--seed \`${path}\` cannot be read: ${reason}`, { cause: error })
  }
}

/** Parses a seed file. Never throws; every problem is listed with its place. */
export function parseSeedFile(source: { readonly file: string; readonly text: string }): SeedParse {
  const { node, problems: found } = readYaml(source)
  const problems: Problem[] = [...found]
  const position = { file: source.file, line: 1, column: 1 }
  const top = topPlace(node ?? { kind: 'map', position, entries: new Map() })
  const report: Report = (place, finding) => problems.push(problemAt(place, finding))
  if (node === undefined && found.length > 0) return { ok: false, problems }
  const schema = (): JsonSchema =>
    z.toJSONSchema(seedFileShape, { io: 'input' }) as unknown as JsonSchema
  const file = parseShape(seedFileShape, { place: top, report, schema, value: valueAt(top) })
  if (file !== undefined) checkSeedFile({ file, top, report })
  if (file === undefined || problems.length > 0) return { ok: false, problems: inOrder(problems) }
  return { ok: true, seed: toSeed(file) }
}

function inOrder(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort(
    (a, b) => a.position.line - b.position.line || a.position.column - b.position.column,
  )
}

function toSeed({ accounts, organization, issuers }: SeedFile): Seed {
  const idOf = (name: string): string => accounts[name]?.id ?? name
  return {
    accounts: Object.entries(accounts).map(([name, account]) => toAccount(name, account)),
    ...(organization === undefined ? {} : { organization: toOrganization(organization, idOf) }),
    // The shape has been checked; the keys themselves are when they are added.
    ...(issuers === undefined ? {} : { issuers: issuers as readonly KnownIssuer[] }),
  }
}

function toAccount(name: string, account: SeedFileAccount): SeedAccount {
  const { id, rootKey, policies = {}, users = {}, roles = {} } = account
  const own = new Set(Object.keys(policies))
  const arnOf = (policy: string): string =>
    own.has(policy) ? `arn:aws:iam::${id}:policy/${policy}` : awsArn(policy)
  return {
    id,
    name,
    ...(rootKey === undefined ? {} : { rootKey }),
    policies: Object.entries(policies).map(([each, document]) => ({ name: each, document })),
    users: Object.entries(users).map(([each, user]) => ({
      ...toHolder(each, user ?? {}, arnOf),
      ...(user?.keys === undefined ? {} : { keys: user.keys }),
      ...(user?.mfa === undefined ? {} : { mfa: user.mfa }),
    })),
    roles: Object.entries(roles).map(([each, role]) => ({
      ...toHolder(each, role, arnOf),
      trustPolicy: role.trust,
    })),
  }
}

function awsArn(policy: string): string {
  return findManagedPolicy(policy)?.arn ?? policy
}

type FileHolder = Pick<
  NonNullable<NonNullable<SeedFileAccount['users']>[string]>,
  'path' | 'managedPolicies' | 'inlinePolicies' | 'boundary' | 'tags'
>

function toHolder(name: string, holder: FileHolder, arnOf: (policy: string) => string): SeedHolder {
  const { path, managedPolicies = [], inlinePolicies, boundary, tags } = holder
  return {
    name,
    managedPolicyArns: managedPolicies.map(arnOf),
    ...(path === undefined ? {} : { path }),
    ...(inlinePolicies === undefined ? {} : { inlinePolicies }),
    ...(boundary === undefined ? {} : { boundaryArn: arnOf(boundary) }),
    ...(tags === undefined ? {} : { tags }),
  }
}

function toOrganization(
  organization: NonNullable<SeedFile['organization']>,
  idOf: (name: string) => string,
): SeedOrganization {
  const { managementAccount, accounts = [], units = {}, policies = {} } = organization
  return {
    managementAccount: idOf(managementAccount),
    accounts: accounts.map(idOf),
    units: toUnits(units, idOf),
    policies: Object.entries(policies).map(([name, { type, document, targets }]) => ({
      name,
      type,
      document,
      targets: targets.map(idOf),
    })),
  }
}

function toUnits(
  units: Readonly<Record<string, SeedFileUnit | null>>,
  idOf: (name: string) => string,
): readonly SeedUnit[] {
  return Object.entries(units).map(([name, unit]) => ({
    name,
    accounts: (unit?.accounts ?? []).map(idOf),
    units: toUnits(unit?.units ?? {}, idOf),
  }))
}
