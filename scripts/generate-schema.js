// @ts-check
// Writes schema/access.schema.json, with which editors complete and check access files, from the same zod definition
// that the parser uses (src/access/access-schema.ts).
import { importSource } from './import-source.js'

export const folders = ['schema']

/** @returns {Promise<Map<string, string>>} */
export async function generate() {
  const { renderAccessFileJsonSchema } = await importSource('access/json-schema.ts')
  return new Map([['schema/access.schema.json', renderAccessFileJsonSchema()]])
}
