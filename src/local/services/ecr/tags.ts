import type { RequestContext } from '../../../core/index.ts'
import { ecrError } from './ecr-error.ts'

export interface Tag {
  readonly Key: string
  readonly Value: string
}

export type TagInput = readonly { readonly Key?: string; readonly Value?: string }[] | undefined

const tagLimit = 50

/** The tags of a request, checked. */
export function readTags(input: TagInput): readonly Tag[] {
  const tags = (input ?? []).map(({ Key = '', Value = '' }) => ({ Key, Value }))
  for (const { Key, Value } of tags) {
    if (Key === '' || Key.length > 128 || Value.length > 256 || /^aws:/i.test(Key))
      throw ecrError(
        'InvalidTagParameterException',
        `Invalid parameter at 'tags' with key '${Key}'`,
      )
  }
  if (new Set(tags.map((tag) => tag.Key)).size < tags.length)
    throw ecrError('InvalidTagParameterException', 'Duplicate tag keys found')
  requireTagCount(tags)
  return tags
}

export function mergeTags(before: readonly Tag[], added: readonly Tag[]): readonly Tag[] {
  const merged = new Map([...before, ...added].map((tag) => [tag.Key, tag]))
  const tags = [...merged.values()]
  requireTagCount(tags)
  return tags
}

function requireTagCount(tags: readonly Tag[]): void {
  if (tags.length > tagLimit)
    throw ecrError(
      'TooManyTagsException',
      `The number of tags exceeds the limit of ${tagLimit} tags per resource`,
    )
}

/** The condition keys of tags in a request. */
export function requestTagContext(input: TagInput): RequestContext {
  const tags = (input ?? []).flatMap(({ Key, Value }) =>
    Key === undefined ? [] : [[Key, Value ?? ''] as const],
  )
  if (tags.length === 0) return {}
  return {
    ...Object.fromEntries(tags.map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    'aws:TagKeys': tags.map(([key]) => key),
  }
}

/** The condition keys of a resource's tags. */
export function resourceTagContext(tags: readonly Tag[]): RequestContext {
  return Object.fromEntries(
    tags.flatMap(({ Key, Value }) => [
      [`aws:ResourceTag/${Key}`, Value],
      [`ecr:ResourceTag/${Key}`, Value],
    ]),
  )
}
