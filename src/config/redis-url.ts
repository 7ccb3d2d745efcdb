/** What is wrong with the URL of a Redis server, or undefined. The answer repeats nothing of it: it may hold a password. */
export const redisUrlFault = (text: string): string | undefined => {
  if (/^rediss?[+](cluster|sentinel):/i.test(text)) {
    return 'Redis Cluster and Sentinel are not supported by this version yet; write redis:// or rediss://'
  }
  if (!/^rediss?:[/][/]/i.test(text)) return 'must be a URL that begins with redis:// or rediss://'
  if (text.length > 2000) return 'must be at most 2000 characters long'
  if (/[\p{C}\s]/u.test(text)) return 'must not hold spaces or control characters'
  if (!URL.canParse(text)) return `is not a valid URL${hint}`
  const url = new URL(text)
  if (url.hostname === '') return `names no host${hint}`
  if (url.search !== '' || url.hash !== '') return `must not hold "?" or "#"${hint}`
  if (!/^([/][0-9]{0,5})?$/.test(url.pathname)) {
    return `may end in the number of a database only, as in redis://localhost:6379/0${hint}`
  }
  if (!isPercentEncoded(url.username) || !isPercentEncoded(url.password)) return `holds a stray "%"${hint}`
  return undefined
}

const hint = ' (in a user or password, percent-encode all but letters and digits)'

const isPercentEncoded = (text: string): boolean => {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}
