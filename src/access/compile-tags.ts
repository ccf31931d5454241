import type { Grant } from './access-file.ts'

/** IAM's limit on the value of a tag. */
const tagValueLimit = 256

/** The tags by which Stile knows what it owns: which grants, of which file. */
export function ownershipTags(
  grants: readonly Grant[],
  fileName: string,
): Readonly<Record<string, string>> {
  return {
    'stile:grant': namesThatFit(grants.map((grant) => grant.name)),
    'stile:file': fileName.replace(/[^\p{L}\p{N} _.:/=+\-@]/gu, '_').slice(0, tagValueLimit),
  }
}

/** As many whole names as the tag holds: ownership rests on the tag being there, not on its being complete. */
function namesThatFit(names: readonly string[]): string {
  let text = ''
  for (const name of names) {
    const longer = text === '' ? name : `${text} ${name}`
    if (longer.length > tagValueLimit) return text
    text = longer
  }
  return text
}
