export { Live } from './live.ts'
export type { Update } from './watch.ts'
