/** Whether Redis says that we may not, by permission or since there is no such command; unlike BUSY or LOADING, which pass. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError' && /^(NOPERM|ERR)\b/.test(error.message)
}
