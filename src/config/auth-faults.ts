import { pathOf, type Report } from './config-error.ts'
import { tokenSchema } from './settings.ts'
import { isMap, type SettingsMap } from './shape-faults.ts'

/**
 * Reports what the settings of `auth` must agree on, in a file of any shape; a setting whose own shape is wrong is left
 * out, since that is reported already. No fault repeats a digest or a secret.
 */
export const reportAuthFaults = (settings: unknown, report: Report): void => {
  const auth = isMap(settings) ? settings.auth : undefined
  if (!isMap(auth)) return
  if (auth.tokens === undefined && auth.jwt === undefined)
    report('auth', 'must have tokens or jwt: without either nobody could come in')
  if (Array.isArray(auth.tokens)) {
    reportRepeated('name', auth.tokens, report)
    reportRepeated('sha256', auth.tokens, report)
  }
  if (isMap(auth.jwt)) reportKeyFaults(auth.jwt, report)
}

const reportRepeated = (key: 'name' | 'sha256', tokens: readonly unknown[], report: Report): void => {
  const first = new Map<string, number>()
  for (const [index, token] of tokens.entries()) {
    const value = isMap(token) ? tokenSchema.shape[key].safeParse(token[key]).data : undefined
    if (value === undefined) continue
    const before = first.get(value)
    if (before === undefined) first.set(value, index)
    else report(pathOf(['auth', 'tokens', index, key]), `is the ${key} of auth.tokens[${before}] too`)
  }
}

const reportKeyFaults = ({ jwksUri, secret }: SettingsMap, report: Report): void => {
  if (jwksUri === undefined && secret === undefined)
    report('auth.jwt', 'must have jwksUri, where the keys of the issuer are, or the secret of both')
  if (jwksUri !== undefined && secret !== undefined)
    report('auth.jwt.secret', 'must not stand beside jwksUri: tokens are signed with one or the other')
}
