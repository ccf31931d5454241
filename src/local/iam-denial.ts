import { parseArn, type Request } from '../core/index.ts'

/**
 * AWS: a denial of IAM names what must be there already by kind and name (`role deploy`), where the call makes, lists or
 * tags it by ARN, and a policy by `policy` and its ARN, or its name where the call makes it.
 */
export function renderIamDenial({ action, resource }: Request, message: string): string {
  return message.replace(
    `on resource: ${resource}`,
    () => `on resource: ${nameOf(action, resource)}`,
  )
}

function nameOf(action: string, resource: string): string {
  const [kind = '', ...path] = parseArn(resource)?.resource.split('/') ?? []
  const name = path.at(-1) ?? ''
  const isMade = action.startsWith('iam:Create')
  if (kind === 'policy') return `policy ${isMade && !action.endsWith('Version') ? name : resource}`
  const words = kindWords.get(kind)
  return words === undefined || name === '' || byArn.test(action) ? resource : `${words} ${name}`
}

const kindWords: ReadonlyMap<string, string> = new Map([
  ['role', 'role'],
  ['user', 'user'],
  ['group', 'group'],
  ['instance-profile', 'instance profile'],
])

/** Calls whose denials keep the ARN. */
const byArn = /^iam:(?:Create(?:Role|User|Group|InstanceProfile)|Tag\w+|Untag\w+|PassRole)$/
