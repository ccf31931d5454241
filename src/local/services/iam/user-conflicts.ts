import type { User } from './entities.ts'
import { deleteConflict } from './iam-error.ts'
import type { IamCall } from './iam-operation.ts'
import { loginProfilesOf } from './login-profile.ts'
import { mfaDevicesOfUser } from './mfa-device.ts'
import { serviceCredentialsOf } from './service-specific-credential.ts'
import { certificatesOf } from './signing-certificate.ts'
import { sshKeysOf } from './ssh-public-key.ts'
import { keyIdsOf } from './tables.ts'

/** Something that must be gone before its user can be deleted. */
interface Held {
  /** As AWS says it: `must delete access keys first`. */
  readonly must: string
  readonly isHeld: (user: User, call: IamCall) => boolean
}

const rows: readonly Held[] = [
  {
    must: 'delete access keys',
    isHeld: (user, call) => (keyIdsOf(call.store).get(user.id) ?? []).length > 0,
  },
  { must: 'detach all policies', isHeld: (user) => user.attachedPolicyArns.length > 0 },
  { must: 'delete policies', isHeld: (user) => Object.keys(user.inlinePolicies).length > 0 },
  {
    must: 'delete signing certificates',
    isHeld: (user, call) => certificatesOf(user, call).length > 0,
  },
  { must: 'delete SSH public keys', isHeld: (user, call) => sshKeysOf(user, call).length > 0 },
  {
    must: 'delete service specific credentials',
    isHeld: (user, call) => serviceCredentialsOf(user, call).length > 0,
  },
  { must: 'remove users from group', isHeld: (user) => user.groupNames.length > 0 },
  {
    must: 'delete MFA device',
    isHeld: (user, call) => mfaDevicesOfUser(call.store, user).length > 0,
  },
  {
    must: 'delete login profile',
    isHeld: (user, call) => loginProfilesOf(call.store).get(user.id) !== undefined,
  },
]

/** Throws `DeleteConflict` with the first thing that the user still has. */
export function requireNothingHeld(user: User, call: IamCall): void {
  const held = rows.find((row) => row.isHeld(user, call))
  if (held !== undefined) throw deleteConflict(`Cannot delete entity, must ${held.must} first.`)
}
