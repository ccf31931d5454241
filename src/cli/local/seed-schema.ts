import { z } from 'zod'

const about = <T extends z.ZodType>(shape: T, description: string): T => shape.meta({ description })

const document = about(
  z.record(z.string(), z.unknown()),
  'A policy document, as IAM takes it: `{Version: "2012-10-17", Statement: […]}`.',
)

const key = about(
  z.strictObject({ accessKeyId: z.string().min(1), secretAccessKey: z.string().min(1) }),
  'An access key; any texts do.',
)

const names = z.array(z.string())

const holder = {
  path: about(z.string(), 'Such as `/team/`.').optional(),
  managedPolicies: about(
    names,
    'Names of AWS managed policies or of policies of the account, or ARNs.',
  ).optional(),
  inlinePolicies: about(z.record(z.string(), document), 'Inline policies by name.').optional(),
  boundary: about(
    z.string(),
    'The managed policy that is the permissions boundary, by name or ARN.',
  ).optional(),
  tags: about(z.record(z.string(), z.string()), 'Tags.').optional(),
}

const user = z.strictObject({
  ...holder,
  keys: about(
    z.array(key),
    'Its access keys; one that is new and random when left out.',
  ).optional(),
  mfa: about(
    z.strictObject({ name: z.string().min(1), seed: z.string().min(1) }),
    'A virtual MFA device: its name, and its seed in Base32.',
  ).optional(),
})

const role = z.strictObject({
  ...holder,
  trust: about(document, 'The trust policy. It may name users and roles of any account here.'),
})

const account = z.strictObject({
  id: about(z.string(), 'The account id: twelve digits, in quotes.'),
  rootKey: key.optional(),
  policies: about(z.record(z.string(), document), 'Customer managed policies by name.').optional(),
  users: about(z.record(z.string(), user.nullable()), 'Users by name.').optional(),
  roles: about(z.record(z.string(), role), 'Roles by name.').optional(),
})

interface Unit {
  readonly accounts?: readonly string[] | undefined
  readonly units?: Readonly<Record<string, Unit | null>> | undefined
}

const unit: z.ZodType<Unit> = z.lazy(() =>
  z.strictObject({
    accounts: names.optional(),
    units: z.record(z.string(), unit.nullable()).optional(),
  }),
)

const organization = z.strictObject({
  managementAccount: about(z.string(), 'The name of the management account.'),
  accounts: about(names, 'Names of member accounts that are in no unit.').optional(),
  units: about(z.record(z.string(), unit.nullable()), 'Organizational units by name.').optional(),
  policies: about(
    z.record(
      z.string(),
      z.strictObject({
        type: z.enum(['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY']),
        document,
        targets: about(
          names,
          '`Root`, names of accounts, or units from the top: `Workloads/Production`.',
        ),
      }),
    ),
    'Service and resource control policies by name.',
  ).optional(),
})

/** The shape of a seed file. */
export const seedFileShape = z.strictObject({
  accounts: about(z.record(z.string(), account), 'Accounts by name.'),
  organization: organization.optional(),
  issuers: about(
    z.array(
      z.strictObject({
        url: about(z.string(), '`iss` of its tokens; it begins with `https://`.'),
        jwks: about(
          z.strictObject({ keys: z.array(z.record(z.string(), z.unknown())) }),
          'Its public keys.',
        ),
      }),
    ),
    'Identity providers outside, with the keys that their tokens are verified with.',
  ).optional(),
})

export type SeedFile = z.infer<typeof seedFileShape>
export type SeedFileAccount = SeedFile['accounts'][string]
export type SeedFileUnit = Unit
