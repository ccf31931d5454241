/** `bash` stands for every shell of the Bourne family. */
export type QuotingShell = 'bash' | 'fish' | 'powershell'

/** The text as one word of that shell, which reads the very text and expands nothing. It must hold no control characters. */
export function quoteForShell(shell: QuotingShell, text: string): string {
  return quotes[shell](text)
}

const quotes: Readonly<Record<QuotingShell, (text: string) => string>> = {
  bash: (text) => `'${text.replaceAll("'", "'\\''")}'`,
  fish: (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`,
  powershell: quoteForPowerShell,
}

/**
 * ASCII alone: Windows decodes what a program prints by the code page of the console, in which a byte of any other
 * character may become a typographic quote, and PowerShell takes those for quotes.
 * @see https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_quoting_rules
 */
function quoteForPowerShell(text: string): string {
  const [first = '', ...rest] = text.split(/([^ -~])/)
  const literal = (part: string): string => `'${part.replaceAll("'", "''")}'`
  const others = rest.flatMap((part, index) => {
    // Every second one is a UTF-16 code unit that is not ASCII.
    if (index % 2 === 0) return [`[char]0x${part.charCodeAt(0).toString(16)}`]
    return part === '' ? [] : [literal(part)]
  })
  if (others.length === 0) return literal(first)
  return `(${[literal(first), ...others].join(' + ')})`
}
