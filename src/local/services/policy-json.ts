import { readJsonTree } from '../../catalog/index.ts'

/**
 * A policy's text, read. Throws a `SyntaxError` where it is no JSON, or says a key of an object twice: AWS refuses that,
 * and `JSON.parse` would take the last one, an `Allow` behind a `Deny`.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function parsePolicyJson(text: string): unknown {
  const value: unknown = JSON.parse(text)
  const tree = readJsonTree(text)
  const twice = tree.ok ? tree.duplicates[0] : undefined
  if (twice !== undefined)
    throw new SyntaxError(`the key ${JSON.stringify(twice.key)} is there twice`)
  return value
}
