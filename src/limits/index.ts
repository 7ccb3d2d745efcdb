export { type CallerLimits, Limiter } from './limiter.ts'
