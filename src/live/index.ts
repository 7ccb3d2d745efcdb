export { isCursor } from './cursor.ts'
export { Live } from './live.ts'
export { Watch, type Watcher } from './watch.ts'
export type { Update } from './window.ts'
