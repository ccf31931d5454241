import { ServiceError } from '../../service-error.ts'
import type { MfaDevice } from '../iam/mfa-device.ts'
import { mfaDevicesOf, takeCode } from '../iam/mfa-device.ts'
import type { StsCall } from './sts-operation.ts'

export interface SecondFactorInput {
  readonly SerialNumber?: string
  readonly TokenCode?: string
}

/**
 * The device whose code a call carries, as it is after the code was taken; undefined where the call carries none.
 * Throws when the device is not the caller's or the code is not good, or was used before.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-access.html
 */
export function findSecondFactor(input: SecondFactorInput, call: StsCall): MfaDevice | undefined {
  const { SerialNumber: serialNumber, TokenCode: code } = input
  if (serialNumber === undefined && code === undefined) return undefined
  if (serialNumber === undefined || code === undefined) throw denied(incomplete)
  const device = mfaDevicesOf(call.store, call.caller.accountId).get(serialNumber)
  const { principal } = call.caller
  const userId = principal.kind === 'user' ? principal.uniqueId : undefined
  const isTheirs = userId !== undefined && device?.assigned?.userId === userId
  if (device === undefined || !isTheirs) throw denied(notTheirs)
  const taken = takeCode(device, code, call.nowMs)
  if (taken === undefined) throw denied(wrongCode)
  return taken
}

/** Takes the code for good: it works once. Whether there was one. */
export function spendSecondFactor(input: SecondFactorInput, call: StsCall): boolean {
  const device = findSecondFactor(input, call)
  if (device === undefined) return false
  mfaDevicesOf(call.store, device.accountId).set(device.serialNumber, device)
  return true
}

const incomplete =
  'MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.'
const notTheirs =
  'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.'
const wrongCode = 'MultiFactorAuthentication failed with invalid MFA one time pass code.'

function denied(message: string): ServiceError {
  return new ServiceError('AccessDenied', message, { status: 403 })
}
