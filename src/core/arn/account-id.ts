/** Twelve digits. Only `parseAccountId` makes one. */
export type AccountId = string & { readonly __brand: 'AccountId' }

/** The account id that `text` is, or undefined when it is not twelve digits. */
export function parseAccountId(text: string): AccountId | undefined {
  return /^\d{12}$/.test(text) ? (text as AccountId) : undefined
}
