import { type AccountId, parseAccountId } from '../arn/account-id.ts'
import { parseArn } from '../arn/arn.ts'
import type { Principal } from '../evaluate/request.ts'
import type { PolicyType } from '../policy/policy.ts'
import type { Literal } from './atom.ts'
import { makeAutomaton } from './automaton.ts'
import { type Found, findText, type TextConstraint } from './find-text.ts'
import { type Names, namesIn } from './principal-names.ts'
import { contextOf, meets, noVariables, type Reading, readLiterals, type Solver } from './solver.ts'
import { anyOne, anyRun, literalPattern } from './text-pattern.ts'

export interface PrincipalQuestion {
  readonly literals: readonly Literal[]
  readonly reading: Reading
  readonly type: PolicyType
  /** Names that users are to be tried with. */
  readonly usernames?: readonly string[]
  /** Whether the caller goes with the rest of a request; with this, `none` is no longer certain. */
  readonly goesWith?: (principal: Principal) => boolean
}

/**
 * A caller that every literal holds for. Callers that are not named fall into classes by kind and account, so one
 * of each stands for all; where conditions compare ARNs with patterns, one is looked for that they tell apart.
 */
export function solvePrincipal(question: PrincipalQuestion, solver: Solver): Found<Principal> {
  const literals = readLiterals(question.literals, question.reading)?.plain
  if (literals === undefined) return { kind: 'none' }
  const names = namesIn(literals)
  const base = contextOf(question.reading)
  const holds = (principal: Principal): boolean => meets(literals, { principal, context: base })
  const isAsked = (principal: Principal): boolean =>
    kindsOf(question.type).includes(principal.kind) &&
    holds(principal) &&
    (question.goesWith?.(principal) ?? true)
  const listed = listPrincipals(names, question.usernames ?? []).find(isAsked)
  if (listed !== undefined) return { kind: 'found', value: listed }
  const constraints = arnConstraints(literals, solver)
  if (constraints === undefined) return unreadArn
  if (constraints.length > 0) {
    const unnamed = noneOf(names.named)
    for (const shape of shapesOf(names)) {
      const text = findText([shape.constraint, unnamed, ...constraints], solver.budget)
      if (text.kind === 'unknown') return text
      const principal = text.kind === 'found' ? shape.make(text.value) : undefined
      // Nobody named has this ARN, so what else is asked holds for all of the shape or for none.
      if (principal !== undefined && isAsked(principal)) {
        return { kind: 'found', value: principal }
      }
    }
  }
  return names.isComplete ? { kind: 'none' } : unreadArn
}

const unreadArn = {
  kind: 'unknown',
  reason: 'who can meet the conditions on the principal cannot be told from their patterns',
} as const

const identities: readonly Principal['kind'][] = ['user', 'roleSession', 'federatedUser']
const everyone: readonly Principal['kind'][] = [
  ...identities,
  'root',
  'service',
  'federated',
  'anonymous',
]

/** Who can call under a policy of this type. */
function kindsOf(type: PolicyType): readonly Principal['kind'][] {
  if (type === 'scp') return [...identities, 'root']
  return type === 'identity' || type === 'boundary' || type === 'session' ? identities : everyone
}

/** The named callers, and one that nobody named of every kind in every account. */
function listPrincipals(names: Names, usernames: readonly string[]): readonly Principal[] {
  const { accounts, partitions } = names
  const named = names.arns.flatMap((arn) => principalsOfArn(arn, names))
  const others = accounts.flatMap((accountId) =>
    partitions.flatMap((partition) => [
      ...usernames.flatMap((name) => principalAt({ accountId, partition }, 'iam', `user/${name}`)),
      ...membersOf({ accountId, partition }),
    ]),
  )
  const withIds = others.flatMap((principal) => names.uniqueIds.map((id) => withId(principal, id)))
  return [
    ...others,
    ...named,
    ...withIds,
    ...names.services.map((service): Principal => ({ kind: 'service', service })),
    ...names.providers.map((arn): Principal => ({ kind: 'federated', arn })),
    { kind: 'anonymous' },
  ]
}

interface Home {
  readonly accountId: AccountId
  readonly partition: string
}

function membersOf({ accountId, partition }: Home): readonly Principal[] {
  const iam = `arn:${partition}:iam::${accountId}`
  const sts = `arn:${partition}:sts::${accountId}`
  return [
    { kind: 'user', accountId, arn: `${iam}:user/ana`, uniqueId: 'AIDAEXAMPLEOFANA' },
    sessionOf(`${iam}:role/Example`, 'example-session'),
    { kind: 'root', accountId, arn: `${iam}:root` },
    {
      kind: 'federatedUser',
      accountId,
      arn: `${sts}:federated-user/ana`,
      userArn: `${iam}:user/example`,
    },
  ]
}

function sessionOf(roleArn: string, sessionName: string): Principal {
  const role = parseArn(roleArn)
  const name = roleArn.slice(roleArn.lastIndexOf('/') + 1)
  const accountId = (role?.accountId ?? '') as AccountId
  return {
    kind: 'roleSession',
    accountId,
    arn: `arn:${role?.partition ?? 'aws'}:sts::${accountId}:assumed-role/${name}/${sessionName}`,
    roleArn,
    roleArnIsDerived: false,
    sessionName,
    uniqueId: 'AROAEXAMPLEROLE',
  }
}

function withId(principal: Principal, uniqueId: string): Principal {
  return principal.kind === 'user' || principal.kind === 'roleSession'
    ? { ...principal, uniqueId }
    : principal
}

/** Everyone whom an ARN that a policy names can stand for; wildcards are filled with something readable. */
function principalsOfArn(text: string, names: Names): readonly Principal[] {
  const arn = parseArn(text)
  if (arn === undefined) return []
  const accounts = parseAccountId(arn.accountId)
  return (accounts === undefined ? names.accounts : [accounts]).flatMap((accountId) =>
    ['example', ''].flatMap((filler) => {
      const fill = (part: string): string => part.replace(/\*+/g, filler).replaceAll('?', 'x')
      const partition = /[*?]/.test(arn.partition) ? 'aws' : arn.partition
      return principalAt({ accountId, partition }, arn.service, fill(arn.resource))
    }),
  )
}

function principalAt(home: Home, service: string, resource: string): readonly Principal[] {
  const { accountId, partition } = home
  const arn = `arn:${partition}:${service === 'sts' ? 'sts' : 'iam'}::${accountId}:${resource}`
  if (/[/:]$/.test(resource)) return []
  if (/^user\/./.test(resource)) {
    const federated = `arn:${partition}:sts::${accountId}:federated-user/ana`
    return [
      { kind: 'user', accountId, arn, uniqueId: 'AIDAEXAMPLEOFANA' },
      { kind: 'federatedUser', accountId, arn: federated, userArn: arn },
    ]
  }
  if (/^role\/./.test(resource)) return [sessionOf(arn, 'example-session')]
  const [kind, name = '', session = ''] = resource.split('/')
  if (kind === 'assumed-role' && name !== '' && session !== '') {
    return [sessionOf(`arn:${partition}:iam::${accountId}:role/${name}`, session)]
  }
  if (kind !== 'federated-user' || name === '') return []
  const userArn = `arn:${partition}:iam::${accountId}:user/example`
  return [{ kind: 'federatedUser', accountId, arn, userArn }]
}

/** What conditions on `aws:PrincipalArn` ask of the ARN; undefined where they are more than patterns. */
function arnConstraints(
  literals: readonly Literal[],
  solver: Solver,
): readonly TextConstraint[] | undefined {
  const constraints: TextConstraint[] = []
  for (const { atom, wanted } of literals) {
    const { element } = atom
    if (element.kind !== 'condition' || element.condition.key !== 'aws:principalarn') continue
    if (element.condition.operator === 'Null') continue
    const set = solver.sets.of(atom, noVariables)
    if (set === undefined) return undefined
    constraints.push({ automaton: set.automaton, wanted: wanted !== set.negated })
  }
  return constraints
}

function noneOf(arns: readonly string[]): TextConstraint {
  return { automaton: makeAutomaton(arns.map((arn) => literalPattern(arn))), wanted: false }
}

interface Shape {
  readonly constraint: TextConstraint
  readonly make: (arn: string) => Principal | undefined
}

const notInNames = ' :*?/'

/** The ARNs that users, roles and federated users of each account can have. */
function shapesOf({ accounts, partitions }: Names): readonly Shape[] {
  const homes = accounts.flatMap((accountId) =>
    partitions.map((partition) => ({ accountId, partition })),
  )
  return homes.flatMap((home) =>
    ['iam user', 'iam role', 'sts federated-user'].map((words): Shape => {
      const [service = '', kind = ''] = words.split(' ')
      const start = `arn:${home.partition}:${service}::${home.accountId}:${kind}/`
      const end = [anyRun(' :*?'), anyOne(notInNames)]
      const automaton = makeAutomaton([[...literalPattern(start), ...end]])
      return {
        constraint: { automaton, wanted: true },
        make: (arn) => principalAt(home, service, arn.slice(arn.indexOf(`${kind}/`)))[0],
      }
    }),
  )
}
