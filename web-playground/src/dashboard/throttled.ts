import { effect, type ReadonlySignal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'

/** Milliseconds between two changes of a text: faster ones cannot be read. */
const readable = 250

/** The signal's value, at most four times a second, and the last one for sure. */
export function useThrottled<T>(source: ReadonlySignal<T>): ReadonlySignal<T> {
  const shown = useSignal(source.peek())
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let waiting = false
    const show = () => {
      waiting = false
      shown.value = source.peek()
      timer = setTimeout(() => {
        timer = undefined
        if (waiting) show()
      }, readable)
    }
    const stop = effect(() => {
      source.value
      waiting = true
      if (timer === undefined) show()
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [source, shown])
  return shown
}
