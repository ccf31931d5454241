import { z } from 'zod'
import { grammars } from './grammar.ts'
import { exactlyOne, text, textOrList } from './schema-parts.ts'

export type PermissionShape = z.infer<typeof permissionShape>
export type DocumentStatementShape = z.infer<typeof documentStatementShape>

const scalar = z.union([z.string(), z.number(), z.boolean()])

const conditionsShape = z
  .record(z.string(), z.record(z.string(), z.union([scalar, z.array(scalar).min(1)])))
  .meta({
    description: "A policy document's Condition element: operator, condition key, values.",
    examples: [{ StringEquals: { 'aws:ResourceTag/team': 'platform' } }],
  })

const actions = textOrList({
  description: 'Actions, such as s3:GetObject; `*` and `?` stand for any text.',
  examples: ['s3:GetObject'],
  grammar: grammars.action,
})
const resources = textOrList({
  description: 'ARNs of resources, or `*`.',
  examples: ['arn:aws:s3:::build-cache/*'],
  grammar: grammars.resource,
})
const notActions = textOrList({ description: 'All actions but these.', grammar: grammars.action })
const notResources = textOrList({
  description: 'All resources but these.',
  grammar: grammars.resource,
})

/** A statement as a policy document spells it, so that an existing one can be pasted. */
const documentStatementShape = z
  .strictObject({
    Sid: text({
      description: 'A name for the statement.',
      grammar: grammars.statementId,
    }).optional(),
    Effect: z.enum(['Allow', 'Deny']).meta({ description: 'Allow or Deny.' }),
    Action: actions.optional(),
    NotAction: notActions.optional(),
    Resource: resources.optional(),
    NotResource: notResources.optional(),
    Condition: conditionsShape.optional(),
  })
  .meta({ description: 'A statement as in a policy document.' })

export const permissionShape = z
  .strictObject({
    policy: text({
      description:
        'A managed policy: the name of one of AWS, customer/NAME for one in the trusting account, or an ARN.',
      examples: ['ReadOnlyAccess', 'customer/build-cache'],
    }).optional(),
    actions: actions.optional(),
    resources: resources.optional(),
    notActions: notActions.optional(),
    notResources: notResources.optional(),
    conditions: conditionsShape.optional(),
    effect: z.enum(['Allow', 'Deny']).optional().meta({
      description: 'Allow, the default, or Deny.',
    }),
    sid: text({
      description: 'A name for the statement.',
      grammar: grammars.statementId,
    }).optional(),
    statements: z.array(documentStatementShape).min(1).optional().meta({
      description: 'Statements spelled as in a policy document, for pasting.',
    }),
  })
  .meta({
    description: 'A managed policy, a statement, or a list of pasted statements.',
    ...exactlyOne('policy', 'actions', 'notActions', 'statements'),
  })
