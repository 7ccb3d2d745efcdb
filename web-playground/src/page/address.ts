/** What the address bar says of the view; a part that is absent is left to the page. */
export interface View {
  readonly series?: string | undefined
  readonly interval?: string | undefined
}

export function readAddress(search: string): View {
  const parameters = new URLSearchParams(search)
  return { series: parameters.get('series') ?? undefined, interval: parameters.get('interval') ?? undefined }
}

export function addressOf({ series, interval }: View): string {
  const parameters = new URLSearchParams()
  if (series !== undefined) parameters.set('series', series)
  if (interval !== undefined) parameters.set('interval', interval)
  return `?${parameters}`
}
