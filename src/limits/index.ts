export { type CallerLimits, Limits, type Release } from './limits.ts'
