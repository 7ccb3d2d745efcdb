export { parseStep } from './parse.ts'
export { checkBucket, count, divides, range, width } from './range.ts'
export type { Step } from './step.ts'
