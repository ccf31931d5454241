import { z } from 'zod'
import { fromShape } from './from-schema.ts'
import { grammars } from './grammar.ts'
import { permissionShape } from './permit-schema.ts'
import { text, textMap, textOrList } from './schema-parts.ts'

export type ToShape = z.infer<typeof toShape>
export type RequireShape = z.infer<typeof requireShape>
export type SessionShape = z.infer<typeof sessionShape>

export const toShape = z
  .strictObject({
    accounts: textOrList({
      description:
        'The trusting accounts: names, `all`, `ou:Workloads/Prod` (with what lies below it) or `tag:env=prod`. All but names leave out the account of the callers and the management account.',
      examples: ['ourthing', 'all', 'ou:Workloads/Prod', 'tag:env=prod'],
    }),
    except: textOrList({
      description: 'Accounts to leave out, written like `accounts`.',
      examples: ['sandbox'],
    }).optional(),
    role: text({
      description: 'The name of the role that is assumed, the same in every trusting account.',
      examples: ['OurThingBuildRole'],
      grammar: grammars.roleName,
    }),
    path: text({
      description:
        'The path of the role. It cannot change once the role is there. The default is `/`.',
      examples: ['/access/'],
      grammar: grammars.path,
    }).optional(),
    boundary: text({
      description:
        'The permissions boundary of the role: the ARN of a policy, or its name in the trusting account.',
      examples: ['developer-boundary'],
    }).optional(),
  })
  .meta({ description: 'Where the access leads: the trusting accounts and the role in them.' })

export const requireShape = z
  .strictObject({
    externalId: text({
      description:
        'The external id that the caller must send. Needed with a vendor, and then the one that the vendor issued; it is no secret.',
      examples: ['some_key_build'],
      grammar: grammars.externalId,
    }).optional(),
    mfa: z.boolean().optional().meta({
      description: 'True where a user must have signed in with MFA. Roles cannot show it.',
    }),
    sourceIp: textOrList({
      description: 'Public addresses or ranges from which the role may be assumed.',
      examples: ['203.0.113.0/24'],
    }).optional(),
  })
  .meta({ description: 'What the caller must show besides being the right one.' })

export const sessionShape = z
  .strictObject({
    maxDuration: z
      .union([z.string(), z.number()])
      .optional()
      .meta({
        description:
          'How long a session may last: 15m to 12h, or seconds. A role that assumes a role gets at most 1h. The default is 1h.',
        examples: ['1h', '45m', 3600],
      }),
    tags: textMap('Session tags that the caller must send, with exactly these values.').optional(),
    transitiveTags: textOrList({
      description: 'Those of `tags` that stay on the sessions of roles assumed from this one.',
    }).optional(),
    sourceIdentity: z.enum(['required', 'caller']).optional().meta({
      description:
        'required: the caller must name a source identity; caller: it must be the name of the user who calls.',
    }),
  })
  .meta({ description: 'How long a session lasts and what it carries.' })

export const grantShape = grantShapeOf({
  from: fromShape,
  to: toShape,
  allow: z.array(permissionShape).min(1).meta({
    description: 'What the role may do: managed policies and statements.',
  }),
  require: requireShape.optional(),
  session: sessionShape.optional(),
})

/** A grant without a look into its parts, which are checked one by one. */
export const grantOutlineShape = grantShapeOf({
  from: z.unknown().optional(),
  to: z.unknown().optional(),
  allow: z.unknown().optional(),
  require: z.unknown().optional(),
  session: z.unknown().optional(),
})

function grantShapeOf<
  Part extends Readonly<Record<'from' | 'to' | 'allow' | 'require' | 'session', z.ZodType>>,
>(parts: Part) {
  return z
    .strictObject({
      description: text({
        description: 'What the grant is for; it becomes part of the description of the role.',
      }).optional(),
      owner: text({
        description: 'Who answers for the grant: a person or team.',
        examples: ['platform@example.com'],
      }).optional(),
      expires: text({
        description:
          'The last day of the grant, to the end of that day in UTC; IAM itself refuses from then on.',
        examples: ['2027-06-30'],
      }).optional(),
      ...parts,
    })
    .meta({ description: 'One grant: who, where, what, and on which terms.' })
}
