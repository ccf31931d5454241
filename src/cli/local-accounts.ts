import type { AccessFile } from '../access/index.ts'
import type { LocalAws, Seed } from '../local/index.ts'
import type { Profile } from '../session/index.ts'

export interface NamedAccount {
  readonly id: string
  readonly name: string
}

/** The user with which accounts of the embedded AWS are administered: root users cannot assume roles. */
export const administratorName = 'administrator'

/** Accounts with an administrator each. */
export function seedOf(accounts: readonly NamedAccount[]): Seed {
  return {
    accounts: accounts.map(({ id, name }) => ({
      id,
      name,
      users: [
        {
          name: administratorName,
          managedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
        },
      ],
    })),
  }
}

export interface ProfileHome {
  addProfile(profile: Profile): Promise<void>
}

/** Writes the profiles with which the access file's accounts are signed in to. */
export async function addAdministratorProfiles(
  access: AccessFile,
  {
    home,
    local,
    region,
  }: { readonly home: ProfileHome; readonly local: LocalAws; readonly region: string },
): Promise<readonly string[]> {
  const names: string[] = []
  for (const { id, name, profile = `${name}-admin` } of access.accounts) {
    const { accessKeyId, secretAccessKey } = local.userCredentials(id, administratorName)
    await home.addProfile({
      kind: 'keys',
      name: profile,
      accessKeyId,
      secretAccessKey,
      region,
      endpointUrl: local.url,
    })
    names.push(profile)
  }
  return names
}
