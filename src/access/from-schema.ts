import { z } from 'zod'
import { grammars } from './grammar.ts'
import { exactlyOne, text, textOrList } from './schema-parts.ts'

export type FromShape = z.infer<typeof fromShape>

const policyShape = z
  .strictObject({
    kind: z.enum(['inline', 'managed']).optional().meta({
      description:
        'inline: a policy inside each principal, the default; managed: one policy attached to all of them.',
    }),
    name: text({
      description: 'The name of the policy. The default is `stile-` and the name of the grant.',
      examples: ['stile-push-images'],
      grammar: grammars.policyName,
    }).optional(),
    resource: z.enum(['exact', 'any-account']).optional().meta({
      description:
        'exact: the ARNs of the roles, the default; any-account: the role of that name in any account.',
    }),
  })
  .meta({ description: "The caller's side: the policy that lets the principals assume the role." })

const externalShape = z
  .strictObject({
    account: text({
      description: "The vendor's account id: twelve digits, in quotes.",
      examples: ['999999999999'],
      grammar: grammars.accountId,
    }),
    role: text({
      description:
        "The vendor's role, with its path; left out, the vendor's whole account is trusted.",
      examples: ['scanner'],
    }).optional(),
  })
  .meta({ description: "A vendor's account. It needs `require.externalId`." })

const oidcShape = z
  .strictObject({
    issuer: text({
      description: 'The issuer of the tokens, host and path.',
      examples: ['gitlab.example.com'],
      grammar: grammars.oidcIssuer,
    }),
    audience: text({
      description: 'The `aud` claim that the token must carry, exactly.',
      examples: ['sts.amazonaws.com'],
      grammar: grammars.oidcClaim,
    }),
    subject: textOrList({
      description: 'The `sub` claims that may enter, each exactly; patterns are not allowed.',
      examples: ['project_path:group/project:ref_type:branch:ref:main'],
      grammar: grammars.oidcClaim,
    }),
    provider: z.enum(['existing', 'create']).optional().meta({
      description:
        'existing: the provider must be there already, the default; create: Stile creates it in every trusting account.',
    }),
  })
  .meta({ description: 'Tokens of an OpenID Connect issuer, such as GitLab or GitHub.' })

export const fromShape = z
  .strictObject({
    account: text({
      description: "The callers' account, by its name under `accounts`.",
      examples: ['build'],
    }).optional(),
    principals: textOrList({
      description:
        'Who may enter: user/NAME, role/NAME, group/NAME or permission-set/NAME, with their paths. Left out: the whole account.',
      examples: ['role/gitlab-runner', 'user/ana', 'group/developers', 'permission-set/Admin'],
    }).optional(),
    trust: z.enum(['principal', 'account']).optional().meta({
      description:
        'principal: the trust policy names the principals themselves, who lose access when they are re-created; account: it names their account, narrowed to their ARNs. The default is principal for users and account for the others.',
    }),
    allowWildcard: z.boolean().optional().meta({
      description: 'True where `*` and `?` in `principals` are meant as patterns.',
    }),
    policy: policyShape.optional(),
    verifyAs: text({
      description:
        'The profile that holds one of the principals, with which `stile verify` tries the grant.',
      grammar: grammars.profile,
    }).optional(),
    external: externalShape.optional(),
    oidc: oidcShape.optional(),
  })
  .meta({
    description: 'Who may enter: principals of an own account, a vendor, or an OIDC issuer.',
    ...exactlyOne('account', 'external', 'oidc'),
  })
