export { type Config, redisAddress } from './config.ts'
export { ConfigError } from './config-error.ts'
export { asksForHelp, flagsHelp } from './flags.ts'
export { loadConfig } from './load-config.ts'
