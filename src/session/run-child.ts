import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import process from 'node:process'

/** How a child ended, in a shell's terms. */
export type ChildOutcome =
  | { readonly kind: 'exited'; readonly status: number }
  | { readonly kind: 'notStarted'; readonly status: 126 | 127; readonly message: string }

export interface ChildSettings {
  readonly environment: Readonly<Record<string, string>>
  /**
   * `shared`: the child sits in the same terminal, which sends it Ctrl-C and Ctrl-\ by itself; passing them on as
   * well would count twice. `none`: every signal is passed on.
   */
  readonly terminal: 'shared' | 'none'
}

/**
 * Runs a program with this process's own input and output, passes signals on, and waits for its end. Status 127 says
 * that there is no such program, 126 that it cannot be run, 128 + n that signal n ended it.
 */
export function runChild(
  command: string,
  args: readonly string[],
  settings: ChildSettings,
): Promise<ChildOutcome> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { env: settings.environment, stdio: 'inherit' })
    const stopPassing = passSignals(child, settings.terminal)
    child.once('error', (error: NodeJS.ErrnoException) => {
      stopPassing()
      resolve(notStarted(command, error))
    })
    child.once('exit', (code, signal) => {
      stopPassing()
      resolve({ kind: 'exited', status: code ?? statusOfSignal(signal) })
    })
  })
}

const passedOn: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGHUP', 'SIGUSR2', 'SIGCONT']
const sentByTerminal: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT']

/** While the child runs, no signal ends this process before it: its status is ours to tell. */
function passSignals(child: ChildProcess, terminal: ChildSettings['terminal']): () => void {
  const pass = (signal: NodeJS.Signals): void => {
    child.kill(signal)
  }
  const ignore = (): void => {}
  const onTerminal = terminal === 'shared' ? ignore : pass
  for (const signal of passedOn) process.on(signal, pass)
  for (const signal of sentByTerminal) process.on(signal, onTerminal)
  return () => {
    for (const signal of passedOn) process.off(signal, pass)
    for (const signal of sentByTerminal) process.off(signal, onTerminal)
  }
}

function statusOfSignal(signal: NodeJS.Signals | null): number {
  return 128 + (signal === null ? 0 : constants.signals[signal])
}

function notStarted(command: string, error: NodeJS.ErrnoException): ChildOutcome {
  if (error.code === 'ENOENT') {
    return { kind: 'notStarted', status: 127, message: `\`${command}\`: command not found` }
  }
  const reason = error.code === 'EACCES' ? 'permission denied' : (error.code ?? error.message)
  return { kind: 'notStarted', status: 126, message: `\`${command}\` cannot be run: ${reason}` }
}
