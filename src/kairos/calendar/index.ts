export { parseStep } from './parse.ts'
export { quote } from './quote.ts'
export { checkBucket, count, divides, range, width } from './range.ts'
export type { Step } from './step.ts'
