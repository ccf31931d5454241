import { z } from 'zod'
import { grammars } from './grammar.ts'
import { text, textMap } from './schema-parts.ts'

export type AccountShape = z.infer<typeof accountShape>

export const accountShape = z
  .strictObject({
    id: text({
      description:
        'The account id: twelve digits, in quotes, since YAML would read them as a number.',
      examples: ['111111111111'],
      grammar: grammars.accountId,
    }),
    profile: text({
      description: 'The profile of ~/.aws with which Stile itself signs in to this account.',
      examples: ['build-admin'],
      grammar: grammars.profile,
    }).optional(),
    partition: z.enum(['aws', 'aws-cn', 'aws-us-gov']).optional().meta({
      description: 'The AWS partition of the account. The default is aws.',
    }),
    region: text({
      description: 'The region for calls that need one.',
      examples: ['eu-west-1'],
      grammar: grammars.region,
    }).optional(),
    management: z.boolean().optional().meta({
      description:
        "True for the organization's management account, which `all`, `ou:` and `tag:` leave out: no SCP ever binds it.",
    }),
    ou: text({
      description:
        'The organizational unit of the account, which `ou:` in `to.accounts` is compared with.',
      examples: ['Workloads/Prod'],
      grammar: grammars.organizationalUnit,
    }).optional(),
    tags: textMap(
      'Tags of the account, which `tag:` in `to.accounts` is compared with.',
    ).optional(),
  })
  .meta({ description: 'An account under the name by which the grants call it.' })
