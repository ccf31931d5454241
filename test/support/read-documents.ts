import type { Json } from './recordings-compare.ts'

/** Recorded with a client that reads documents, which this one gives as they come: encoded text. */
const documents = new Set(['AssumeRolePolicyDocument', 'PolicyDocument', 'Document'])

/** An answer of IAM with its policy documents read. */
export function readDocuments(answer: Json): Json {
  return readValue(answer) as Json
}

function readValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readValue)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  const entries = Object.entries(value).map(([member, one]) => [
    member,
    documents.has(member) && typeof one === 'string'
      ? JSON.parse(decodeURIComponent(one))
      : readValue(one),
  ])
  return Object.fromEntries(entries)
}
