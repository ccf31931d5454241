/**
 * `render`, which tells seconds apart and nothing smaller, with its latest answer kept: whatever many calls of one second
 * ask for is made once.
 */
export function rememberSecond(render: (atMs: number) => string): (atMs: number) => string {
  let latest = Number.NaN
  let text = ''
  return (atMs) => {
    const second = Math.floor(atMs / 1000)
    if (second !== latest) {
      text = render(second * 1000)
      latest = second
    }
    return text
  }
}
