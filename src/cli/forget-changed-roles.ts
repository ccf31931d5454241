import type { Change, Plan } from '../cloud/index.ts'
import { parseArn } from '../core/index.ts'
import { forgetSessions, roleOfSession, SessionError } from '../session/index.ts'
import type { Environment } from './environment.ts'

/** AWS: a session of a role that was deleted is void, also when there is one of that name again. */
const forgetful: ReadonlySet<Change['kind']> = new Set(['createRole', 'deleteRole', 'updateTrust'])

/** Forgets what is kept of roles that a plan made, removed, or lets others into. Where nothing can be removed, nothing is. */
export async function forgetChangedRoles(plan: Plan, environment: Environment): Promise<void> {
  const arns = plan.changes
    .filter(({ kind }) => forgetful.has(kind))
    .flatMap(({ roleArns }) => roleArns)
  const roles = new Set(arns.map(roleOfArn))
  if (roles.size === 0) return
  const isOfRole = ({ arn }: { readonly arn: string }) => roles.has(roleOfSession(arn))
  await forgetSessions(environment, isOfRole).catch((error: unknown) => {
    if (!(error instanceof SessionError)) throw error
  })
}

/** As `roleOfSession` writes it. */
function roleOfArn(text: string): string | undefined {
  const arn = parseArn(text)
  return arn && `${arn.accountId}:${arn.resource.split('/').at(-1)}`
}
