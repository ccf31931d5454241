/** Lines of at most `width` columns, `indent` included. Words that are longer, such as ARNs, stay whole for copying. */
export function wrapText(
  text: string,
  { indent, width = 80 }: { readonly indent: string; readonly width?: number },
): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, indent + line]
}
