import { z } from 'zod'
import { exactlyOne, text, textOrList } from './schema-parts.ts'

export type ExpectationShape = z.infer<typeof expectationShape>

const scalar = z.union([z.string(), z.number(), z.boolean()])
const subject = {
  description: 'A grant, by its name, or a principal of an own account, as account:role/NAME.',
  examples: ['push-images', 'build:role/intern'],
}

export const expectationShape = z
  .strictObject({
    can: text(subject).optional(),
    cannot: text(subject).optional(),
    do: textOrList({
      description: 'The action. `*` and `?` are for `cannot` only and mean: for no match.',
      examples: ['ecr:PutImage'],
    }),
    on: textOrList({
      description:
        'The resource, as an ARN, or `*` for actions that know no resources. The default is `*`.',
      examples: ['arn:aws:ecr:eu-west-1:222222222222:repository/app'],
    }).optional(),
    in: textOrList({
      description: 'Accounts to which the expectation is narrowed, written like `to.accounts`.',
      examples: ['ourthing'],
    }).optional(),
    when: z
      .record(z.string(), z.union([scalar, z.array(z.string())]))
      .optional()
      .meta({
        description: 'Condition keys that the request carries besides those of the grant.',
        examples: [{ 'aws:SourceIp': '203.0.113.9' }],
      }),
  })
  .meta({
    description: 'One access that must, or must not, be there.',
    ...exactlyOne('can', 'cannot'),
  })
