export { parseStep } from './parse.ts'
export { count, divides, range, width } from './range.ts'
export type { Step } from './step.ts'
