import type { Address, RedisConfig } from './config.ts'

/** What is wrong with the URL of a Redis, or undefined. The answer repeats nothing of it: it may hold a password. */
export const redisUrlFault = (text: string): string | undefined => {
  const [scheme, several] = schemeOf(text)
  if (scheme === undefined)
    return 'must be a URL that begins with redis://, rediss://, redis+cluster://, rediss+cluster://, redis+sentinel:// or rediss+sentinel://'
  if (text.length > 2000) return 'must be at most 2000 characters long'
  if (/[\p{C}\s]/u.test(text)) return 'must not hold spaces or control characters'
  if (several) return severalFault(text)
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

/** What a URL without fault means. */
export const parseRedisUrl = (text: string): RedisConfig => {
  const [, several] = schemeOf(text)
  const { user, password, hosts, path } = partsOf(text)
  const access = {
    username: user ? decodeURIComponent(user) : null,
    password: password === undefined ? null : decodeURIComponent(password),
    tls: /^rediss/i.test(text),
  }
  if (several === 'cluster') return { kind: 'cluster', nodes: addressesOf(hosts, 6379), ...access }
  if (several !== 'sentinel') return { kind: 'server', url: text }
  const [master = '', db = '0'] = path.split('/')
  return { kind: 'sentinel', sentinels: addressesOf(hosts, 26_379), master, db: Number(db), ...access }
}

/** The scheme, and what stands behind its plus; nothing where it is none of ours. */
const schemeOf = (text: string): readonly [scheme: string | undefined, several: string | undefined] => {
  const [, scheme, several] = /^(rediss?(?:[+](cluster|sentinel))?):[/][/]/i.exec(text) ?? []
  return [scheme, several?.toLowerCase()]
}

/** A URL of several hosts is none to WHATWG; where a part is missing it is empty. */
const partsOf = (text: string) => {
  const [, user, password, hosts = '', path = ''] =
    /^[^/]*[/][/](?:([^:@/]*)(?::([^@/]*))?@)?([^/]*)[/]?(.*)$/s.exec(text) ?? []
  return { user, password, hosts, path }
}

const severalFault = (text: string): string | undefined => {
  const [, several] = schemeOf(text)
  const { user = '', password = '', hosts, path } = partsOf(text)
  if (/[?#]/.test(text)) return `must not hold "?" or "#"${hint}`
  if (!isPercentEncoded(user) || !isPercentEncoded(password)) return `holds a stray "%"${hint}`
  if (!hosts.split(',').every((host) => isHostAndPort(host)))
    return `must name hosts, each with its port, as in a:7000,b:7000${hint}`
  if (several === 'cluster' && path !== '')
    return `must end with its hosts: a Cluster has no databases${hint}`
  if (several === 'sentinel' && !/^[\w.-]+([/][0-9]{1,5})?$/.test(path))
    return `must end in the name of the master, and may in the number of a database, as in redis+sentinel://a:26379,b:26379/master/0${hint}`
  return undefined
}

const HOST = /^(\[[\da-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?$/i

const isHostAndPort = (text: string): boolean => {
  const [, host, port = '1'] = HOST.exec(text) ?? []
  return host !== undefined && Number(port) >= 1 && Number(port) <= 65_535
}

const addressesOf = (hosts: string, usualPort: number): Address[] =>
  hosts.split(',').map((text) => {
    const [, host = '', port = usualPort] = HOST.exec(text) ?? []
    return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) }
  })

const hint = ' (in a user or password, percent-encode all but letters and digits)'

const isPercentEncoded = (text: string): boolean => {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}
