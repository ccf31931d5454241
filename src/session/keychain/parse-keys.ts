import type { LongTermKeys } from './kept-keys.ts'

/** Keys in any form that people have them in, or what is wrong with the text; the text itself is never quoted. */
export type KeysReading =
  | { readonly kind: 'keys'; readonly keys: LongTermKeys }
  | { readonly kind: 'unreadable'; readonly because: string }

/**
 * Reads what `aws iam create-access-key` prints, the CSV that the console gives, lines of a credentials file or of
 * `export`, or the id and the secret one after the other.
 */
export function parseKeys(text: string): KeysReading {
  const found = fromJson(text) ?? fromSettings(text) ?? fromWords(text)
  if (found === undefined) {
    const because = 'an access key id and a secret access key are expected, in this order'
    return { kind: 'unreadable', because }
  }
  return checked(found)
}

function checked(keys: LongTermKeys): KeysReading {
  const { accessKeyId, secretAccessKey } = keys
  if (accessKeyId.startsWith('ASIA')) {
    const because = 'these are temporary credentials, which end by themselves: nothing to keep'
    return { kind: 'unreadable', because }
  }
  if (!/^[A-Z0-9]{16,128}$/.test(accessKeyId)) {
    return { kind: 'unreadable', because: 'the access key id is none: it is written AKIA…' }
  }
  if (!/^[\x21-\x7e]{16,256}$/.test(secretAccessKey)) {
    return { kind: 'unreadable', because: 'the secret access key is none' }
  }
  return { kind: 'keys', keys }
}

function fromJson(text: string): LongTermKeys | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const inner = isRecord(value) && isRecord(value.AccessKey) ? value.AccessKey : value
    if (!isRecord(inner)) return undefined
    const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = inner
    if (typeof accessKeyId !== 'string' || typeof secretAccessKey !== 'string') return undefined
    return { accessKeyId, secretAccessKey }
  } catch {
    return undefined
  }
}

function fromSettings(text: string): LongTermKeys | undefined {
  const setting = (name: string): string | undefined =>
    new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=\\s*["']?([^\\s"']+)`, 'im').exec(text)?.[1]
  const accessKeyId = setting('aws_access_key_id')
  const secretAccessKey = setting('aws_secret_access_key')
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined
  return { accessKeyId, secretAccessKey }
}

/** Two words; a line of titles above them, as in the console's CSV, is passed over. */
function fromWords(text: string): LongTermKeys | undefined {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const words = lines
    .filter((line) => !/access key id/i.test(line))
    .flatMap((line) => line.split(/[\s,]+/))
    .filter((word) => word !== '')
  const [accessKeyId, secretAccessKey] = words
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined
  return words.length === 2 ? { accessKeyId, secretAccessKey } : undefined
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
