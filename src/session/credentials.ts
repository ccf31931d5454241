/** What signs a request. Temporary when there is a session token. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly expiresAtMs?: number
}

/** The end of what has none, such as a user's long-term keys: the last second that every SDK can read. */
export const neverMs: number = Date.UTC(9999, 11, 31, 23, 59, 59)

/**
 * The same text without the secrets of these credentials: AWS quotes the signed headers, session token included,
 * in some of its error messages.
 */
export function withoutSecrets(text: string, credentials: Credentials): string {
  return [credentials.secretAccessKey, credentials.sessionToken ?? '']
    .filter((secret) => secret !== '')
    .reduce((clean, secret) => clean.replaceAll(secret, `…${lastFour(secret)}`), text)
}

/** Enough to tell keys apart, too little to use one. Nothing at all of a text too short to be a key. */
function lastFour(secret: string): string {
  return secret.length >= 16 ? secret.slice(-4) : ''
}
