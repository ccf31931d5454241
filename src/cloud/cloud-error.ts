/** Why a call to an account could not be made or was refused. */
export type CloudErrorCode =
  | 'wrong-account'
  | 'missing-profile'
  | 'no-credentials'
  | 'bad-credentials'
  | 'expired-credentials'
  | 'access-denied'
  | 'endpoint-down'
  | 'throttled'
  | 'foreign-owner'
  | 'world-moved'
  | 'refused'

export interface AccountRef {
  readonly id: string
  readonly name: string
}

export interface CloudErrorDetails {
  readonly code: CloudErrorCode
  readonly account: AccountRef
  /** The API call, such as `iam:GetRole`. */
  readonly call: string
  /** AWS's own error code, where AWS answered. */
  readonly awsCode?: string
  readonly cause?: unknown
}

/** An account could not be reached, or answered with an error. The message says what to do and holds no secret. */
export class CloudError extends Error {
  readonly code: CloudErrorCode
  readonly account: AccountRef
  readonly call: string
  readonly awsCode: string | undefined

  constructor(message: string, details: CloudErrorDetails) {
    super(message, { cause: details.cause })
    this.name = 'CloudError'
    this.code = details.code
    this.account = details.account
    this.call = details.call
    this.awsCode = details.awsCode
  }
}

/** `ourthing (222222222222)`, the way every message names an account. */
export function renderAccount(account: AccountRef): string {
  return account.name === account.id ? account.id : `${account.name} (${account.id})`
}
