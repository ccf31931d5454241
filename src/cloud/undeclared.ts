import type { Compilation } from '../access/index.ts'
import type { Blocked, Change } from './change.ts'
import { renderAccount } from './cloud-error.ts'
import { planOrphans } from './plan-orphans.ts'
import type { World } from './world.ts'

/**
 * What happens to objects that carry this file's tag and that the file does not declare. Two files of the same base name
 * carry the same tag unless each has a `name`, so without one such objects may be another file's: `leave` reports them.
 */
export type Undeclared = 'remove' | 'leave'

export interface PlannedOrphans {
  readonly changes: readonly Change[]
  readonly blocked: readonly Blocked[]
}

/** The removal of what `wanted` does not hold; what the file never declared is left and told where that is the rule. */
export function planRemovals(
  wanted: Compilation,
  declared: Compilation,
  { world, undeclared }: { readonly world: World; readonly undeclared: Undeclared },
): PlannedOrphans {
  const all = planOrphans(wanted, declared, world)
  if (undeclared === 'remove') return { changes: all, blocked: [] }
  const foreign = planOrphans(declared, declared, world)
  const left = new Set(foreign.map((change) => JSON.stringify(change)))
  return {
    changes: all.filter((change) => !left.has(JSON.stringify(change))),
    blocked: foreign.filter(isWhole).map((change) => leftAlone(change, world)),
  }
}

/** Removing a role takes several steps; one line for each object is enough. */
function isWhole({ kind }: Change): boolean {
  return kind === 'deleteRole' || kind === 'deleteManagedPolicy' || kind === 'deleteInlinePolicy'
}

function leftAlone(change: Change, world: World): Blocked {
  const where = renderAccount(change.account)
  return {
    account: change.account,
    side: change.side,
    reason: 'undeclared',
    object: change.words,
    message: `${where}: ${change.words}? it carries the tag \`${world.file}\` of this access file, which does not declare it`,
    remedy:
      'if it is this file’s, run with --prune; a `name` at the top of the file, which no other has, settles it for ever',
  }
}
