import { rememberSecond } from '../remember-second.ts'
import type { ScalarKind } from './service-model.ts'

/** The forms a moment has on the wire, under the names that the models give them. */
export type TimestampForm = Extract<ScalarKind, 'dateTime' | 'httpDate' | 'epochSeconds'>

/** Reads the whole text or nothing: `undefined` for what is no moment in this form. */
export function parseTimestamp(text: string, form: TimestampForm): Date | undefined {
  return parsers[form](text)
}

/** Whole seconds, `2026-03-01T12:00:00Z`: as STS and IAM write it. */
export function renderSeconds(date: Date): string {
  return renderSecond(date.getTime())
}

/** Sessions that are issued in one second end in one. */
const renderSecond = rememberSecond((atMs) => `${new Date(atMs).toISOString().slice(0, 19)}Z`)

/** `2026-03-01T12:00:00.000Z`: as S3 writes it in XML. */
export function renderMilliseconds(date: Date): string {
  return date.toISOString()
}

/** `Sun, 01 Mar 2026 12:00:00 GMT`. */
export function renderHttpDate(date: Date): string {
  return date.toUTCString()
}

/** Seconds since 1970, with the milliseconds as a fraction. */
export function epochSeconds(date: Date): number {
  return date.getTime() / 1000
}

const parsers = {
  dateTime: parseDateTime,
  httpDate: parseHttpDate,
  epochSeconds: parseEpochSeconds,
} as const satisfies Readonly<Record<TimestampForm, (text: string) => Date | undefined>>

const dateTimePattern =
  /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i

function parseDateTime(text: string): Date | undefined {
  const [, day, time, fraction = '', zone] = dateTimePattern.exec(text) ?? []
  if (day === undefined || time === undefined || zone === undefined) return undefined
  // `Date` takes 30 February for 2 March; a moment that is not written back the same does not exist.
  const asWritten = validDate(`${day}T${time}Z`)
  if (asWritten?.toISOString().slice(0, 19) !== `${day}T${time}`) return undefined
  const milliseconds = fraction.slice(0, 3).padEnd(3, '0')
  return validDate(`${day}T${time}.${milliseconds}${zone.toUpperCase()}`)
}

const httpDatePattern =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2}(?:\.\d{1,3})? GMT$/

function parseHttpDate(text: string): Date | undefined {
  return httpDatePattern.test(text) ? validDate(text) : undefined
}

function parseEpochSeconds(text: string): Date | undefined {
  if (!/^-?\d{1,15}(?:\.\d{1,9})?$/.test(text)) return undefined
  const date = new Date(Math.round(Number(text) * 1000))
  return Number.isNaN(date.getTime()) ? undefined : date
}

function validDate(text: string): Date | undefined {
  const date = new Date(text)
  return Number.isNaN(date.getTime()) ? undefined : date
}
