import type { InitShell } from './shell-init-lines.ts'

/** What a shell evaluates to show in its prompt what was assumed, and for how many minutes it holds. */
export function renderPrompt(shell: InitShell): string {
  return `${prompts[shell].trim()}\n`
}

/** Nothing of a variable is evaluated: digits alone are counted with. */
const posixPrompt = `
_stile_prompt() {
  if [ -z "\${STILE_GRANT-}" ]; then return; fi
  local left
  case "\${STILE_EXPIRES_AT-}" in
    '' | *[!0-9]*) printf '(%s) ' "$STILE_GRANT"; return ;;
  esac
  left=$(( STILE_EXPIRES_AT - $(date +%s) ))
  if [ "$left" -le 0 ]; then printf '(%s over) ' "$STILE_GRANT"
  else printf '(%s %dm) ' "$STILE_GRANT" $(( left / 60 ))
  fi
}`

const prompts: Readonly<Record<InitShell, string>> = {
  bash: `${posixPrompt}
case "$PS1" in
  *_stile_prompt*) ;;
  *) PS1='$(_stile_prompt)'"$PS1" ;;
esac`,

  // Zsh reads percent signs of what a prompt's command prints.
  zsh: `${posixPrompt}
_stile_zsh_prompt() {
  local text="$(_stile_prompt)"
  print -rn -- "\${text//\\%/%%}"
}
setopt prompt_subst
case "$PROMPT" in
  *_stile_zsh_prompt*) ;;
  *) PROMPT='$(_stile_zsh_prompt)'"$PROMPT" ;;
esac`,

  fish: `
function _stile_prompt
    test -n "$STILE_GRANT"; or return
    if not string match -qr '^[0-9]+$' -- "$STILE_EXPIRES_AT"
        printf '(%s) ' $STILE_GRANT
        return
    end
    set -l left (math $STILE_EXPIRES_AT - (date +%s))
    if test $left -le 0
        printf '(%s over) ' $STILE_GRANT
    else
        printf '(%s %dm) ' $STILE_GRANT (math --scale=0 $left / 60)
    end
end
if not functions -q _stile_prompt_before
    functions -c fish_prompt _stile_prompt_before
    function fish_prompt
        _stile_prompt
        _stile_prompt_before
    end
end`,

  powershell: `
if (-not $global:StilePromptBefore) {
  $global:StilePromptBefore = $function:prompt
  function global:prompt {
    $stileShown = ''
    if ($Env:STILE_GRANT) {
      $stileShown = "($($Env:STILE_GRANT)) "
      if ($Env:STILE_EXPIRES_AT -match '^[0-9]+$') {
        $left = [long]$Env:STILE_EXPIRES_AT - [DateTimeOffset]::UtcNow.ToUnixTimeSeconds()
        $stileTime = if ($left -le 0) { 'over' } else { "$([Math]::Floor($left / 60))m" }
        $stileShown = "($($Env:STILE_GRANT) $stileTime) "
      }
    }
    $stileShown + (& $global:StilePromptBefore)
  }
}`,
}
