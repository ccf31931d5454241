import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type AccessFile,
  checkAccess,
  type DesiredRole,
  type Grant,
  type Proof,
  parseAccessFile,
} from '../../src/access/index.ts'
import {
  type AccountName,
  type AgreementWorld,
  accountIds,
  withAgreementWorld,
} from '../support/agreement-world.ts'

/** One engine decides everywhere: what `check` proves is what real calls get once the file is applied. */

const names = ['a', 'b', 'c'] as const
const anAccount = fc.constantFrom(...names)

const aVendor = fc.record({
  external: fc.record({
    account: fc.constant(accountIds.vendor),
    role: fc.option(fc.constant('r1'), { freq: 1, nil: undefined }),
  }),
})

const ownPrincipals = ['role/r1', 'role/r2', 'user/u1', 'user/u2', 'group/g1'] as const

const aFrom = fc.record({
  account: anAccount,
  principals: fc.option(
    fc.uniqueArray(fc.constantFrom(...ownPrincipals), { minLength: 1, maxLength: 3 }),
    { freq: 6, nil: undefined },
  ),
  trust: fc.option(fc.constantFrom('principal', 'account'), { freq: 1, nil: undefined }),
  policy: fc.record({
    kind: fc.constantFrom('inline', 'managed'),
    resource: fc.constantFrom('exact', 'any-account'),
    name: fc.option(fc.constantFrom('enter', 'enter-2'), { freq: 2, nil: undefined }),
  }),
})

const aGrantText = fc.record({
  // Some of these give the same Sid, or one that is another's with its suffix.
  name: fc.constantFrom('x-y', 'x.y', 'x-y-tags', 'xY', 'x-y2', 'z'),
  expires: fc.option(fc.constantFrom('2020-01-01', '2099-01-01'), { freq: 2, nil: undefined }),
  from: fc.oneof({ weight: 6, arbitrary: aFrom }, { weight: 1, arbitrary: aVendor }),
  to: fc.record({
    accounts: fc.uniqueArray(anAccount, { minLength: 1, maxLength: 2 }),
    role: fc.constantFrom('Worker', 'Worker', 'Reader'),
  }),
  require: fc.record({
    externalId: fc.option(fc.constantFrom('key-1', 'key:2/x'), { freq: 1, nil: undefined }),
    sourceIp: fc.option(
      fc.constantFrom(['127.0.0.1'], ['127.0.0.0/8', '::1'], ['203.0.113.0/24']),
      {
        freq: 1,
        nil: undefined,
      },
    ),
  }),
  session: fc.record({
    tags: fc.option(fc.constantFrom({ team: 'red' }, { team: 'blue', Cost: 'x y' }), {
      freq: 1,
      nil: undefined,
    }),
    transitive: fc.boolean(),
    sourceIdentity: fc.option(fc.constantFrom('required', 'caller'), { freq: 1, nil: undefined }),
  }),
})

type GrantText = typeof aGrantText extends fc.Arbitrary<infer Value> ? Value : never

const allow = [
  {
    actions: ['s3:PutObject'],
    resources: names.map((name) => `arn:aws:s3:::bucket-of-${name}/in/*`),
  },
]

function accessOf(grants: readonly GrantText[]): AccessFile | undefined {
  const entries = grants.map(({ name, session, ...grant }) => {
    const { transitive, ...terms } = session
    const transitiveTags = transitive && terms.tags !== undefined ? ['team'] : undefined
    return [name, { ...grant, allow, session: { ...terms, transitiveTags } }] as const
  })
  const accounts = names.map((name, index) => {
    const id = String(index + 1).repeat(12)
    return [name, { id, profile: `${name}-admin` }] as const
  })
  const text = JSON.stringify({
    name: 'agreement',
    accounts: Object.fromEntries(accounts),
    grants: Object.fromEntries(entries),
  })
  const parsed = parseAccessFile([{ file: 'access.yaml', text }])
  if (!parsed.ok) return undefined
  const { problems } = checkAccess(parsed.access, { nowMs: Date.now() })
  return problems.some(({ severity }) => severity === 'error') ? undefined : parsed.access
}

const anAccess = fc
  .uniqueArray(aGrantText, { minLength: 1, maxLength: 3, selector: ({ name }) => name })
  .map(accessOf)
  .filter((access) => access !== undefined)

interface Trial {
  readonly title: RegExp
  readonly account: AccountName
  /** `role/r1` of that account. */
  readonly principal: string
  /** Where the call differs from what the grant demands. */
  readonly change: Partial<AssumeRoleCommandInput>
}

function trialsOf(grant: Grant): readonly Trial[] {
  const { account, principals } = callersOf(grant)
  const place = account === 'vendor' ? accountIds.vendor : account
  const meant = principals.flatMap((principal): readonly Trial[] => {
    const shared = { account, principal }
    const words = wordsOf(principal, { grant, place })
    const title = new RegExp(`^${words}(?: may assume|, after the end)`)
    return [
      { ...shared, title, change: {} },
      ...lapsesOf(grant).map(([lapse, change]) => ({ ...shared, title: lapse, change })),
    ]
  })
  const [first = ''] = principals
  const outsiders = [
    [`(?:a|another) role of ${place} (?!that holds the printed)`, account, 'role/stile-outsider'],
    [`(?:a|another) user of ${place} (?!that holds the printed)`, account, 'user/stile-outsider'],
    ['a (?:user|role) of a third account ', 'stranger', first],
  ] as const
  return [
    ...meant,
    ...outsiders.map(([words, where, principal]) => ({
      title: new RegExp(`^${words}.*holds sts:`),
      account: where,
      principal,
      change: {},
    })),
  ]
}

interface Callers {
  readonly account: AccountName
  readonly principals: readonly string[]
}

function callersOf({ from }: Grant): Callers {
  switch (from.kind) {
    case 'account': {
      const named = from.principals.map(({ kind, name }) => `${kind}/${name}`)
      const account = nameOf(from.account.id)
      return { account, principals: named.length === 0 ? ['role/any-role'] : named }
    }
    case 'external':
      return { account: 'vendor', principals: [`role/${from.role ?? 'any-role'}`] }
    default:
      return { account: 'stranger', principals: [] }
  }
}

function nameOf(id: string): AccountName {
  const found = (['a', 'b', 'c'] as const).find((name) => accountIds[name] === id)
  if (found === undefined) throw new Error(`no account ${id} in this test`)
  return found
}

function wordsOf(
  principal: string,
  { grant, place }: { readonly grant: Grant; readonly place: string },
): string {
  if (principal === 'role/any-role') {
    return `a role of ${place}${grant.from.kind === 'external' ? '' : ' that holds the printed policy'}`
  }
  return `${principal.startsWith('group/') ? 'a member of ' : ''}${principal} of ${place}`
}

type Lapse = readonly [RegExp, Partial<AssumeRoleCommandInput>]

function lapsesOf({ require, session }: Grant): readonly Lapse[] {
  const tags = Object.entries(session.tags).map(([Key, Value]) => ({ Key, Value }))
  const [tag, ...others] = tags
  const { externalId } = require
  const ofId: readonly Lapse[] =
    externalId === undefined
      ? []
      : [
          [/^no external id$/, { ExternalId: undefined }],
          [/^a wrong external id$/, { ExternalId: `${externalId}-wrong` }],
        ]
  const ofTags: readonly Lapse[] =
    tag === undefined
      ? []
      : [
          [/^no session tags$/, { Tags: undefined, TransitiveTagKeys: undefined }],
          [
            /^another value of session tag/,
            { Tags: [{ ...tag, Value: `${tag.Value}-other` }, ...others] },
          ],
          [
            /^a session tag that is not/,
            { Tags: [...tags, { Key: 'stile-outsider', Value: 'x' }] },
          ],
        ]
  const ofIdentity: readonly Lapse[] =
    session.sourceIdentity === undefined
      ? []
      : [
          [/^no source identity$/, { SourceIdentity: undefined }],
          ...(session.sourceIdentity === 'caller'
            ? [
                [
                  /^the source identity of somebody else$/,
                  { SourceIdentity: 'somebody-else' },
                ] as const,
              ]
            : []),
        ]
  return [...ofId, ...ofTags, ...ofIdentity]
}

function metInput(grant: Grant, roleArn: string, principal: string): AssumeRoleCommandInput {
  const { require, session } = grant
  const tags = Object.entries(session.tags).map(([Key, Value]) => ({ Key, Value }))
  const name = principal.replace(/^user\//, '').replace(/^group\/(.*)$/, 'member-of-$1')
  const isUser = /^(?:user|group)\//.test(principal)
  const identity = session.sourceIdentity === 'caller' && isUser ? name : 'stile-check'
  return {
    RoleArn: roleArn,
    RoleSessionName: 'agreement',
    ...(require.externalId === undefined ? {} : { ExternalId: require.externalId }),
    ...(tags.length === 0 ? {} : { Tags: tags }),
    ...(session.transitiveTags.length === 0
      ? {}
      : { TransitiveTagKeys: [...session.transitiveTags] }),
    ...(session.sourceIdentity === undefined ? {} : { SourceIdentity: identity }),
  }
}

async function attachPrinted(world: AgreementWorld): Promise<void> {
  for (const { kind, account, name, document, principals } of world.compilation.callerPolicies) {
    if (kind !== 'printed' || principals.length > 0) continue
    const iam = world.iam(nameOf(account.id))
    await iam.putRolePolicy({
      RoleName: 'any-role',
      PolicyName: `printed-${name}`,
      PolicyDocument: JSON.stringify(document),
    })
    iam.destroy()
  }
}

/** What the proofs say of one trial: in, out, or nothing that one call could show to be wrong. */
function toldBy(proofs: readonly Proof[]): 'in' | 'out' | 'open' {
  const isMet = (title: string): boolean => / may assume /.test(title)
  const told = new Set(
    proofs.map(({ kind, title }) => {
      if (kind === 'delegated') return /, after the end /.test(title) ? 'open' : 'in'
      if (kind === 'failed') return isMet(title) ? 'out' : 'in'
      return kind === 'allowed' ? 'in' : 'out'
    }),
  )
  const [only = 'open'] = told
  return told.size > 1 ? 'open' : only
}

/** Every trial of every grant for real, against what was proved; gives what does not agree. */
async function compare(world: AgreementWorld): Promise<readonly string[]> {
  const { proofs } = checkAccess(world.access, { nowMs: Date.now() })
  const wrong: string[] = []
  for (const role of world.compilation.roles) {
    for (const grant of role.grants) {
      for (const trial of trialsOf(grant)) {
        const about = proofs.filter(
          (proof) => proof.grant === grant.name && trial.title.test(proof.title),
        )
        if (about.length === 0 && !isEnded(grant)) wrong.push(`nothing about ${trial.title}`)
        const told = isSomewhereElse(grant) ? 'out' : toldBy(about)
        if (told === 'open' || (isSomewhereElse(grant) && role.grants.length > 1)) continue
        wrong.push(...(await tryForReal(world, { role, grant, trial, told })))
      }
    }
  }
  return wrong
}

interface RealTrial {
  readonly role: DesiredRole
  readonly grant: Grant
  readonly trial: Trial
  readonly told: 'in' | 'out'
}

async function tryForReal(world: AgreementWorld, real: RealTrial): Promise<readonly string[]> {
  const { role, grant, trial, told } = real
  const keys = await world.keysOf(trial.account, trial.principal)
  const input = { ...metInput(grant, role.arn, trial.principal), ...trial.change }
  const session = await world.assume(keys, input)
  tried[told] += 1
  const found = session === 'refused' ? 'out' : 'in'
  if (found !== told) {
    const who = `${trial.principal} of ${trial.account}`
    return [`${grant.name}: ${trial.title}: told ${told}, found ${found}: ${who} → ${role.arn}`]
  }
  if (session === 'refused') return []
  const bucket = `bucket-of-${role.account.name}`
  return [
    ...((await world.mayPut(session, bucket, 'in/x')) ? [] : [`${grant.name}: cannot put`]),
    ...((await world.mayPut(session, bucket, 'out/x')) ? [`${grant.name}: puts elsewhere`] : []),
  ]
}

const tried = { in: 0, out: 0 }

/** The embedded AWS sees calls from 127.0.0.1. */
function isSomewhereElse({ require }: Grant): boolean {
  return require.sourceIp[0]?.startsWith('203.') === true
}

function isEnded({ expires }: Grant): boolean {
  return expires !== undefined && Date.parse(expires.endsAt) < Date.now()
}

const runs = 20
const seed = 20_261_122

test('what check proves is what real calls get, and apply leaves nothing to do', {
  timeout: 300_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(anAccess, async (access) => {
      await withAgreementWorld(access, async (world) => {
        expect(await world.applyAll(1)).toEqual([])
        await attachPrinted(world)
        expect(await compare(world)).toEqual([])
        await world.destroy()
        expect(await world.rolesLeft()).toEqual([])
      })
    }),
    {
      numRuns: runs,
      seed,
      endOnFailure: true,
    },
  )
  expect(Math.min(tried.in, tried.out)).toBeGreaterThan(runs)
})
