import type { LocalAws, Seed } from '../local/index.ts'
import type { Profile } from '../session/index.ts'

export interface NamedAccount {
  readonly id: string
  readonly name: string
  /** The profile with which it is signed in to; `NAME-admin` when left out. */
  readonly profile?: string
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

/** Writes the profiles with which accounts are signed in to, and gives their names. */
export async function addAdministratorProfiles(
  accounts: readonly NamedAccount[],
  {
    home,
    local,
    region,
  }: { readonly home: ProfileHome; readonly local: LocalAws; readonly region: string },
): Promise<readonly string[]> {
  const names: string[] = []
  for (const { id, name, profile = `${name}-admin` } of accounts) {
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
