/** What is wrong with an origin that pages may have, or undefined. The answer repeats no user or password. */
export const originFault = (text: string): string | undefined => {
  if (text === '*') return undefined
  if (text === 'null') return 'must not be null: any sandboxed page and any file calls itself so'
  if (text.length > 300 || !URL.canParse(text)) return sentence
  const { protocol, host } = new URL(text)
  const origin = `${protocol}//${host}`
  if (host === '' || host.includes('*')) return sentence
  return origin === text ? undefined : `${sentence}: write ${origin}`
}

const sentence = 'must be scheme, host and port alone, as in https://app.example.com, or "*"'
