import { z } from 'zod'
import { accountShape } from './account-schema.ts'
import { expectationShape } from './expectation-schema.ts'
import { grammars } from './grammar.ts'
import { grantShape } from './grant-schema.ts'
import { nameKey, text } from './schema-parts.ts'

/**
 * The access file's shape: the one definition from which the shape check and the JSON Schema for editors come.
 * What relates parts to each other (names, ids, what excludes what) is checked after it, with positions.
 */
export const accessFileShape = fileShape({
  account: accountShape,
  grant: grantShape,
  expectation: expectationShape,
})

/** The file's three lists alone, so that one broken grant does not hide the problems of the others. */
export const outlineShape = fileShape({
  account: z.unknown(),
  grant: z.unknown(),
  expectation: z.unknown(),
})

function fileShape(parts: {
  readonly account: z.ZodType
  readonly grant: z.ZodType
  readonly expectation: z.ZodType
}) {
  return z
    .strictObject({
      name: text({
        description:
          'What sets this file apart from every other on the same accounts: it goes into the tags by which Stile knows what it owns.',
        examples: ['platform'],
        grammar: grammars.fileName,
      }).optional(),
      accounts: z.record(nameKey(grammars.accountName), parts.account).optional().meta({
        description: 'The accounts that this file speaks of, each under a name of your choice.',
      }),
      grants: z.record(nameKey(grammars.grantName), parts.grant).optional().meta({
        description:
          'Who may do what where: one grant per role that may be assumed, under a name of its own.',
      }),
      expect: z.array(parts.expectation).optional().meta({
        description:
          'Access that must and that must not be there, checked offline and on the live accounts.',
      }),
    })
    .meta({
      title: 'Stile access file',
      description: 'Who in which AWS account may do what in which other account.',
    })
}
