import { KairosError } from './kairos-error.ts'

// What a page has and Node has not, as far as it is used here.
interface Events<Type extends string> {
  addEventListener(type: Type, listener: () => void): void
  removeEventListener(type: Type, listener: () => void): void
}
declare const document: (Events<'visibilitychange'> & { readonly visibilityState: string }) | undefined
declare const window: Events<'online'> | undefined
declare const location: { readonly href: string } | undefined
declare const origin: string | undefined

/** The address of an endpoint, as WebSockets have it; on a page it may be relative to that. Throws BAD_USER_INPUT. */
export function endpoint(url: string | undefined): string {
  const page = typeof location === 'undefined' ? undefined : location.href
  const text = url ?? (page === undefined ? '' : '/graphql')
  if (!URL.canParse(text, page))
    throw noEndpoint('the address of the endpoint, as http://localhost:4000/graphql')
  const { href, protocol } = new URL(text, page)
  if (!/^(http|ws)s?:$/.test(protocol)) throw noEndpoint('of http, https, ws or wss')
  return href.replace(/^http/, 'ws').replace(/#.*/, '')
}

function noEndpoint(wanted: string): KairosError {
  return new KairosError('BAD_USER_INPUT', `url must be ${wanted}`)
}

/** Whether this is a page of which no server can tell where it comes from: a file, or a frame in a sandbox. */
export function hasNoOrigin(): boolean {
  return typeof origin !== 'undefined' && origin === 'null'
}

/** Calls `listener` when the page is shown or the network returns, until the function that it returns is called. */
export function onWake(listener: () => void): () => void {
  if (typeof document === 'undefined' || typeof window === 'undefined') return () => {}
  const [ofPage, ofNetwork] = [document, window]
  const shown = () => {
    if (ofPage.visibilityState !== 'hidden') listener()
  }
  ofPage.addEventListener('visibilitychange', shown)
  ofNetwork.addEventListener('online', listener)
  return () => {
    ofPage.removeEventListener('visibilitychange', shown)
    ofNetwork.removeEventListener('online', listener)
  }
}
