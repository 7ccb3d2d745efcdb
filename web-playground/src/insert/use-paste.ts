import { useEffect, useState } from 'preact/hooks'
import { type Paste, pasteReading } from './paste.ts'
import type { RuleOf } from './rules.ts'

/** Milliseconds without a key before a text is read. */
const PAUSE = 200
/** Milliseconds of reading before the page may answer its reader. */
const SLICE = 8

/** What a text says, once it is read; null until then. */
export function usePaste(text: string, ruleOf: RuleOf): Paste | null {
  const [paste, setPaste] = useState<Paste | null>(null)
  useEffect(() => {
    setPaste(null)
    let timer: ReturnType<typeof setTimeout>
    const begin = () => {
      const reading = pasteReading(text, ruleOf)
      const goOn = () => {
        for (const until = performance.now() + SLICE; performance.now() < until; ) {
          const { done, value } = reading.next()
          if (done) return setPaste(value)
        }
        timer = setTimeout(goOn)
      }
      goOn()
    }
    timer = setTimeout(begin, PAUSE)
    return () => clearTimeout(timer)
  }, [text, ruleOf])
  return paste
}
