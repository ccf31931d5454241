import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type AccessParse, parseAccessFile } from './parse-access-file.ts'
import type { Problem } from './problem.ts'
import type { AccessSource } from './read-yaml.ts'

/** Loads and parses an access file, or a directory of `*.yaml` and `*.yml` that together are one. */
export async function loadAccessFile(path: string): Promise<AccessParse> {
  try {
    const files = (await stat(path)).isDirectory() ? await filesOf(path) : [path]
    if (files.length === 0) return { ok: false, problems: [emptyDirectory(path)] }
    return parseAccessFile(await Promise.all(files.map(loadSource)))
  } catch (error) {
    const problem = loadProblem(path, error)
    if (problem === undefined) throw error
    return { ok: false, problems: [problem] }
  }
}

async function filesOf(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory)
  return entries
    .filter((name) => /\.ya?ml$/.test(name) && !name.startsWith('.'))
    .sort()
    .map((name) => join(directory, name))
}

async function loadSource(file: string): Promise<AccessSource> {
  return { file, text: await readFile(file, 'utf8') }
}

/** What each failure of the file system means to the person who named the file. */
const failures: Readonly<Record<string, { readonly message: string; readonly remedy: string }>> = {
  ENOENT: {
    message: 'there is no such file',
    remedy: 'name another with `--file`, or write a first one with `stile init`',
  },
  ENOTDIR: {
    message: 'a part of the path is a file, not a directory',
    remedy: 'correct the path, or write a first access file with `stile init`',
  },
  EACCES: { message: 'the file cannot be read: permission denied', remedy: 'let yourself read it' },
  EPERM: { message: 'the file cannot be read: permission denied', remedy: 'let yourself read it' },
  EISDIR: {
    message: 'this is a directory among the files',
    remedy: 'rename it so that it does not end in `.yaml`',
  },
  ELOOP: {
    message: 'the path is a symbolic link that leads in a circle',
    remedy: 'repair the link',
  },
  ENAMETOOLONG: { message: 'the path is too long', remedy: 'name the file with `--file`' },
}

function loadProblem(path: string, error: unknown): Problem | undefined {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string'))
    return undefined
  const failure = failures[error.code] ?? {
    message: `the file cannot be read: ${error.code}`,
    remedy: 'name a readable file with `--file`',
  }
  const file = 'path' in error && typeof error.path === 'string' ? error.path : path
  return fileProblem(file, failure)
}

function emptyDirectory(path: string): Problem {
  return fileProblem(path, {
    message: 'the directory holds no `*.yaml` or `*.yml`',
    remedy: 'name an access file with `--file`, or write a first one with `stile init`',
  })
}

function fileProblem(
  file: string,
  text: { readonly message: string; readonly remedy: string },
): Problem {
  return {
    severity: 'error',
    code: 'unreadable-file',
    path: '',
    position: { file, line: 1, column: 1 },
    ...text,
  }
}
