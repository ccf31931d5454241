import type { ScalarKind } from './service-model.ts'
import { parseTimestamp, type TimestampForm } from './timestamp.ts'

export type Scalar = string | number | boolean | Date | Uint8Array

/**
 * Reads one scalar from form, XML or header text; `undefined` when the text is none of its kind.
 * Numbers are whole ones: no member of the text protocols modelled here has a fraction.
 */
export function parseScalar(
  kind: ScalarKind,
  text: string,
  defaultForm: TimestampForm,
): Scalar | undefined {
  switch (kind) {
    case 'string':
      return text
    case 'number':
      return parseWholeNumber(text)
    case 'boolean':
      return parseBoolean(text)
    case 'timestamp':
      return parseTimestamp(text, defaultForm)
    case 'dateTime':
    case 'httpDate':
    case 'epochSeconds':
      return parseTimestamp(text, kind)
    case 'blob':
      return parseBase64(text)
    default:
      throw new Error(`bug: a ${kind} is not read from text`)
  }
}

/** Strict base64 with padding; `undefined` for anything else. */
export function parseBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined
  return new Uint8Array(Buffer.from(text, 'base64'))
}

export function renderBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

function parseWholeNumber(text: string): number | undefined {
  if (!/^[+-]?\d{1,16}$/.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : undefined
}

function parseBoolean(text: string): boolean | undefined {
  if (/^true$/i.test(text)) return true
  return /^false$/i.test(text) ? false : undefined
}
