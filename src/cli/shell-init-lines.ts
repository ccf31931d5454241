import { quoteForShell } from '../session/index.ts'

/** Shells that `stile shell-init` knows. */
export const initShells = ['bash', 'zsh', 'fish', 'powershell'] as const
export type InitShell = (typeof initShells)[number]

/**
 * What a shell evaluates to get a function `assume`, which sets the variables in the shell itself, and completes names.
 * The words are how to call Stile. Help is shown, never evaluated; the format that is given last
 * counts, so that nobody can have another one evaluated.
 */
export function renderShellInit(shell: InitShell, words: readonly string[]): string {
  const quoting = shell === 'zsh' ? 'bash' : shell
  const quoted = words.map((word) => (isPlain(word) ? word : quoteForShell(quoting, word)))
  return `${scripts[shell](quoted.join(' ')).trim()}\n`
}

const isPlain = (word: string): boolean => /^[\w./-]+$/.test(word)

const posixFunction = (stile: string): string => `
assume() {
  case " $* " in
    *' --help '* | *' -h '*) command ${stile} assume "$@"; return ;;
  esac
  local stile_lines
  stile_lines="$(command ${stile} assume "$@" --format bash)" || return
  eval "$stile_lines"
}`

const scripts: Readonly<Record<InitShell, (stile: string) => string>> = {
  // Bash splits words at \`:\`, \`@\` and \`=\` too: what stands before the last of them must not be repeated.
  bash: (stile) => `${posixFunction(stile)}
_stile_assume() {
  local typed="\${COMP_LINE:0:COMP_POINT}" kept name
  typed="\${typed##* }"
  kept="\${typed%"\${typed##*[@:=]}"}"
  COMPREPLY=()
  while IFS= read -r name; do
    if [[ "$name" == "$typed"* ]]; then COMPREPLY+=("\${name#"$kept"}"); fi
  done < <(command ${stile} shell-init --names 2>/dev/null)
}
complete -F _stile_assume assume`,

  zsh: (stile) => `${posixFunction(stile)}
_stile_assume() {
  local -a stile_names
  stile_names=("\${(@f)$(command ${stile} shell-init --names 2>/dev/null)}")
  compadd -a stile_names
}
if (( $+functions[compdef] )); then compdef _stile_assume assume; fi`,

  fish: (stile) => `
function assume
    if contains -- --help $argv; or contains -- -h $argv
        command ${stile} assume $argv
        return
    end
    set -l stile_lines (command ${stile} assume $argv --format fish)
    or return
    string join \\n -- $stile_lines | source
end
function __stile_names
    command ${stile} shell-init --names 2>/dev/null
end
complete -c assume -f -a '(__stile_names)'`,

  powershell: (stile) => `
function assume {
  if ($args -contains '--help' -or $args -contains '-h') { & ${stile} assume @args; return }
  $stileLines = & ${stile} assume @args --format powershell
  if ($LASTEXITCODE -eq 0) { $stileLines -join "\`n" | Invoke-Expression }
}
Register-ArgumentCompleter -Native -CommandName assume -ScriptBlock {
  param($word)
  & ${stile} shell-init --names 2>$null | Where-Object { $_ -like "$word*" }
}`,
}
