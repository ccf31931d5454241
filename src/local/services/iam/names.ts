import type { PolicyHolder } from './entities.ts'
import type { HolderKind } from './holder.ts'
import { findHolder } from './holder.ts'
import { entityAlreadyExists, limitExceeded } from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'

export interface NewName {
  readonly name: string
  /** How many an account may have, and what AWS calls the quota. */
  readonly quota: { readonly limit: number; readonly name: string }
}

/** Throws when the name is taken, also in other case, or when the account is full. */
export function requireFreeName<T extends PolicyHolder>(
  kind: HolderKind<T>,
  { name, quota }: NewName,
  call: IamCall,
): void {
  if (findHolder(kind, name, call) !== undefined) {
    throw entityAlreadyExists(`${kind.noun} with name ${name} already exists.`)
  }
  if (kind.table(call.store, call.accountId).size >= quota.limit) {
    throw limitExceeded(`Cannot exceed quota for ${quota.name}: ${quota.limit}`)
  }
}

export interface PathInput {
  readonly Path?: string
}

/** The path of a new entity; the ARN is `arn:aws:iam::ID:user/path/NAME`. */
export function pathOf(input: PathInput): string {
  return input.Path ?? '/'
}

export function newArn(
  call: IamCall,
  entity: { readonly word: string; readonly path: string; readonly name: string },
): string {
  return `arn:aws:iam::${call.accountId}:${entity.word}${entity.path}${entity.name}`
}

/** Names under a path, sorted as tables are; `PathPrefix` is `/` when left out. */
export function* underPath<T extends { readonly path: string }>(
  entries: Iterable<readonly [string, T]>,
  pathPrefix = '/',
): Generator<T> {
  for (const [, entity] of entries) {
    if (entity.path.startsWith(pathPrefix)) yield entity
  }
}

/** AWS lists on `arn:aws:iam::ID:user/` and the path prefix, not on `*`. */
export function listArn(
  call: IamCall,
  list: { readonly word: string; readonly pathPrefix?: string | undefined },
): string {
  return `arn:aws:iam::${call.accountId}:${list.word}${list.pathPrefix ?? '/'}`
}
