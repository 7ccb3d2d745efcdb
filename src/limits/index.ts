export { type CallerLimits, Limits } from './limits.ts'
