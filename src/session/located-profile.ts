import type { ConfigSetting, ConfigText, Place } from './config-text.ts'

/** One of the shared files, as it was read. */
export interface LocatedFile {
  readonly path: string
  readonly parsed: ConfigText
}

/** A place in a file. */
export interface FilePlace extends Place {
  readonly path: string
}

export interface LocatedSetting extends FilePlace {
  readonly value: string
}

/** A profile of both files, and where each of its settings stands. */
export interface LocatedProfile {
  readonly name: string
  /** Of its first header. */
  readonly place: FilePlace
  readonly settings: ReadonlyMap<string, LocatedSetting>
  /** Settings that the other file sets to something else: the places that do not count. */
  readonly overruled: readonly { readonly key: string; readonly place: FilePlace }[]
}

/** The profiles of `config` and then of `credentials`, whose settings win. */
export function locateProfiles(files: readonly LocatedFile[]): ReadonlyMap<string, LocatedProfile> {
  const profiles = new Map<string, LocatedProfile>()
  for (const { path, parsed } of files) {
    for (const { profile: name, settings, line, column } of parsed.sections) {
      if (name === undefined) continue
      const before = profiles.get(name)
      const merged = new Map(before?.settings)
      const overruled = [...(before?.overruled ?? [])]
      for (const { key, value, ...at } of settings.filter(isOwnSetting)) {
        const other = merged.get(key)
        if (other !== undefined && other.path !== path && other.value !== value) {
          overruled.push({ key, place: other })
        }
        merged.set(key, { value, path, line: at.line, column: at.column })
      }
      const place = before?.place ?? { path, line, column }
      profiles.set(name, { name, place, settings: merged, overruled })
    }
  }
  return profiles
}

/** A section's first setting may begin with blanks. */
function isOwnSetting({ isIndented, separator }: ConfigSetting, index: number): boolean {
  return (!isIndented || index === 0) && separator === '='
}
