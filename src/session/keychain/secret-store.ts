/** Where a secret text can be kept by name. */
export interface SecretStore {
  readonly kind: 'keychain' | 'file'
  /** Undefined where there is none of that name. */
  readonly get: (name: string) => Promise<string | undefined>
  readonly put: (name: string, secret: string) => Promise<void>
  /** False where there was none. */
  readonly remove: (name: string) => Promise<boolean>
}
