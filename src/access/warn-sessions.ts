import { quotas } from '../catalog/index.ts'
import type { Grant } from './access-file.ts'
import type { Finding, WarningRule } from './warn-rule.ts'

const dayMs = 86_400_000
const nearDays = 30

/** How long access and its sessions last. */
export const sessionRules: readonly WarningRule[] = [
  {
    code: 'grant-expired',
    find: (grant, { nowMs }) => {
      const { expires } = grant
      if (expires === undefined || daysLeft(expires.endsAt, nowMs) > 0) return []
      return [
        {
          path: 'expires',
          message: `the grant ended with ${expires.on}: it lets nobody in any more, and the next plan removes it`,
          remedy: 'remove the grant from the file, or set a later date',
        },
      ]
    },
  },
  {
    code: 'grant-expires-soon',
    find: (grant, { nowMs }) => {
      const { expires } = grant
      if (expires === undefined) return []
      const days = daysLeft(expires.endsAt, nowMs)
      if (days <= 0 || days > nearDays) return []
      const owner = grant.owner === undefined ? '' : `; its owner is ${grant.owner}`
      return [
        {
          path: 'expires',
          message: `the grant ends with ${expires.on}, ${Math.ceil(days)} day(s) from now${owner}`,
          remedy: 'set a later date if it is still needed',
        },
      ]
    },
  },
  { code: 'chained-session', find: chainedSession },
  {
    code: 'short-session',
    find: ({ session }) =>
      session.maxDurationSeconds < quotas.maxSessionDuration.minimum
        ? [
            {
              path: 'session.maxDuration',
              message:
                'a role cannot be held to less than an hour: other clients may ask for a full one',
              remedy: 'take it as what Stile asks for, not as a limit',
            },
          ]
        : [],
  },
]

function daysLeft(endsAt: string, nowMs: number): number {
  return (Date.parse(endsAt) - nowMs) / dayMs
}

function chainedSession({ from, session }: Grant): readonly Finding[] {
  if (from.kind !== 'account') return []
  const roles = from.principals.filter(({ kind }) => kind === 'role' || kind === 'permission-set')
  if (roles.length === 0 || session.maxDurationSeconds <= quotas.chainedSessionDuration.value)
    return []
  const names = roles.map(({ kind, name }) => `\`${kind}/${name}\``).join(', ')
  return [
    {
      path: 'session.maxDuration',
      message: `${names} get one hour at most: a role session that assumes a role is held to it, whatever the role allows`,
      remedy: 'plan for a refresh every hour, or let an OIDC provider or a user call',
    },
  ]
}
