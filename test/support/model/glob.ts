/** Whether a glob matches all of `text`: `*` is one or more of any but `.`, `**` one or more of any. */
export function globMatches(glob: string, text: string): boolean {
  if (glob === '') return text === ''
  const stars = glob.startsWith('**') ? 2 : glob.startsWith('*') ? 1 : 0
  if (stars === 0) return text[0] === glob[0] && globMatches(glob.slice(1), text.slice(1))
  const lengths = Array.from({ length: text.length }, (_, i) => i + 1)
  return lengths.some(
    (length) =>
      (stars === 2 || !text.slice(0, length).includes('.')) &&
      globMatches(glob.slice(stars), text.slice(length)),
  )
}
