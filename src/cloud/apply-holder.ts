import type { PolicyDocument } from '../core/index.ts'
import type { PolicyHolder } from './change.ts'
import { type Connection, callIam } from './connection.ts'
import { forgiving } from './forgiving.ts'
import { holderCallName, holderCalls } from './holder-calls.ts'

/** What a change of a holder's policies needs to be made. */
export type HolderChange =
  | {
      readonly kind: 'attachPolicy' | 'detachPolicy'
      readonly holder: PolicyHolder
      readonly policyArn: string
    }
  | {
      readonly kind: 'putInlinePolicy'
      readonly holder: PolicyHolder
      readonly policyName: string
      readonly after: PolicyDocument
    }
  | {
      readonly kind: 'deleteInlinePolicy'
      readonly holder: PolicyHolder
      readonly policyName: string
    }

/** Attaches, detaches, writes or deletes one policy of a user, role or group. Taking away what is not there is fine. */
export async function applyHolderChange(
  connection: Connection,
  change: HolderChange,
): Promise<void> {
  const { holder } = change
  const calls = holderCalls[holder.kind]
  switch (change.kind) {
    case 'attachPolicy':
      await callIam(connection, holderCallName(holder, 'attach'), (iam) =>
        calls.attach(iam, holder.name, change.policyArn),
      )
      return
    case 'detachPolicy':
      await forgiving('NoSuchEntity', () =>
        callIam(connection, holderCallName(holder, 'detach'), (iam) =>
          calls.detach(iam, holder.name, change.policyArn),
        ),
      )
      return
    case 'putInlinePolicy':
      await callIam(connection, holderCallName(holder, 'put'), (iam) =>
        calls.put(iam, holder.name, {
          PolicyName: change.policyName,
          PolicyDocument: JSON.stringify(change.after),
        }),
      )
      return
    case 'deleteInlinePolicy':
      await forgiving('NoSuchEntity', () =>
        callIam(connection, holderCallName(holder, 'remove'), (iam) =>
          calls.remove(iam, holder.name, change.policyName),
        ),
      )
      return
    default:
      change satisfies never
  }
}
