import { type ObtainTools, obtainSession, type SessionPlan } from '../session/index.ts'

const hourSeconds = 3600

/** AWS: a role that gives less than was asked answers this, whoever asks. */
export function isOverMaximum({ message }: { readonly message: string }): boolean {
  return message.includes('exceeds the MaxSessionDuration')
}

/** The same way, with another duration of its last role. */
export function withDuration(plan: SessionPlan, durationSeconds: number): SessionPlan {
  const last = plan.hops.at(-1)
  if (last === undefined) return plan
  return { ...plan, hops: [...plan.hops.slice(0, -1), { ...last, durationSeconds }] }
}

/**
 * The most whole hours that the last role gives, in seconds, found by asking AWS: reading the role takes a permission that
 * few have. Asks four times at most; every role gives an hour. What it gets is kept, so that asking for that much
 * afterwards costs no call. Undefined where AWS refuses for another reason meanwhile.
 */
export async function findLongest(
  plan: SessionPlan,
  tools: ObtainTools,
): Promise<number | undefined> {
  const askedSeconds = plan.hops.at(-1)?.durationSeconds ?? hourSeconds
  let [least, most] = [1, Math.ceil(askedSeconds / hourSeconds) - 1]
  while (least < most) {
    const hours = Math.ceil((least + most) / 2)
    const outcome = await obtainSession(withDuration(plan, hours * hourSeconds), tools)
    if (outcome.kind === 'session') least = hours
    else if (outcome.kind === 'failed' && isOverMaximum(outcome)) most = hours - 1
    else return undefined
  }
  return least * hourSeconds
}
