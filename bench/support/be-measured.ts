import { setImmediate as turn } from 'node:timers/promises'
import type { Memory } from './server-process.ts'

type Question = 'cpu' | 'memory' | { readonly publish: string }

/** Says where this process serves, and answers whoever started it until that has gone. */
export function beMeasured(url: string, publish: (text: string) => void = () => {}): void {
  process.on('disconnect', () => process.exit())
  process.on('message', async (question: Question) => {
    if (question === 'cpu') process.send?.(cpu())
    else if (question === 'memory') process.send?.(await memory())
    else publish(question.publish)
  })
  process.send?.(url)
}

function cpu(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

async function memory(): Promise<Memory> {
  for (let i = 0; i < 3; i += 1) {
    globalThis.gc?.()
    await turn() // for what finalizers let go
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  return { heap: heapUsed + external, resident: rss }
}
