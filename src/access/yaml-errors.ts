import type { ErrorCode } from 'yaml'

/** What a YAML error means to the person who wrote the file. Errors without a row fall back to `unreadable`. */
export interface YamlErrorText {
  readonly message: string
  readonly remedy: string
}

const unreadable: YamlErrorText = {
  message: 'this cannot be read as YAML',
  remedy: 'check indentation, colons, quotes and brackets on this line and the one before it',
}

const yamlErrors: Readonly<Partial<Record<ErrorCode, YamlErrorText>>> = {
  ALIAS_PROPS: {
    message: 'an alias `*name` cannot carry a tag or an anchor of its own',
    remedy: 'write the alias alone',
  },
  BAD_ALIAS: {
    message: 'the alias or anchor here has no valid name',
    remedy: 'put a value that begins with `*` or `&` in quotes',
  },
  BAD_COLLECTION_TYPE: {
    message: 'the tag here does not fit the value that follows it',
    remedy: 'remove the tag',
  },
  BAD_DIRECTIVE: {
    message: 'a line that begins with `%` is read as a YAML directive, and this one is none',
    remedy: 'remove the line',
  },
  BAD_DQ_ESCAPE: {
    message: 'a backslash in double quotes starts an escape that YAML does not know',
    remedy: 'use single quotes, or write `\\\\` for a backslash',
  },
  BAD_INDENT: {
    message:
      'the indentation does not line up with the lines around it, or a bracket is not closed',
    remedy: 'give all keys of one map the same indentation, and close each `{` and `[`',
  },
  BAD_SCALAR_START: {
    message: 'a value cannot begin with this character unless it is quoted',
    remedy: 'put the value in quotes',
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'a second `key: value` stands where a value was expected',
    remedy: 'move it to a line of its own, or put a value that holds `: ` in quotes',
  },
  BLOCK_IN_FLOW: {
    message: 'an indented list or map stands inside `{...}` or `[...]`',
    remedy: 'write it with brackets too, or take the outer brackets away',
  },
  KEY_OVER_1024_CHARS: {
    message: 'a key is longer than 1,024 characters',
    remedy: 'check for a missing line break or quote',
  },
  MISSING_CHAR: {
    message: 'a character is missing: a closing quote, bracket, brace, comma or a space after `:`',
    remedy: 'close what was opened on this line or above it',
  },
  MULTILINE_IMPLICIT_KEY: {
    message: 'a key runs over several lines',
    remedy: 'check for a missing `:` or a quote that is not closed',
  },
  MULTIPLE_DOCS: {
    message: 'a second YAML document begins here',
    remedy: 'keep one document per file: remove `---`, or split the file into a directory of files',
  },
  RESOURCE_EXHAUSTION: {
    message: 'the YAML here is nested too deeply',
    remedy: 'flatten it: an access file needs about eight levels',
  },
  TAB_AS_INDENT: {
    message: 'the line is indented with a tab, which YAML does not allow',
    remedy: 'indent with spaces',
  },
  TAG_RESOLVE_FAILED: {
    message: 'a YAML tag has no meaning in an access file',
    remedy: 'remove the tag, and put a value that begins with `!` in quotes',
  },
  UNEXPECTED_TOKEN: {
    message: 'something stands here that YAML cannot place',
    remedy: 'check for a bracket or quote too many, or a value that needs quotes',
  },
}

export function yamlErrorText(code: ErrorCode): YamlErrorText {
  return yamlErrors[code] ?? unreadable
}
