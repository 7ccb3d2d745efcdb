import type * as z from 'zod'
import type { Config, JwtConfig } from './config.ts'
import type { jwtSchema, settingsSchema } from './settings.ts'

/** Valid settings of who may do what, as the server takes them. */
export const authOf = (auth: z.output<typeof settingsSchema>['auth']): Config['auth'] => {
  if (auth === undefined || auth === 'none') return auth ?? null
  return { tokens: auth.tokens ?? [], jwt: auth.jwt ? jwtOf(auth.jwt) : null }
}

const jwtOf = ({ issuer, audience, jwksUri, secret = '' }: z.output<typeof jwtSchema>): JwtConfig => ({
  issuer,
  audience: typeof audience === 'string' ? [audience] : audience,
  ...(jwksUri === undefined ? { secret } : { jwksUri }),
})
