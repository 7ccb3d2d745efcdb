import type { Signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { Bucket, Drawing } from './drawing.ts'
import { createPlot, type Plot } from './plot.ts'

interface Props {
  readonly label: string
  readonly drawing: Drawing
  /** ascending; only those that have begun are drawn */
  readonly buckets: readonly Bucket[]
  /** seconds from the left edge to now */
  readonly span: number
  /** timestamp of the bucket under the cursor */
  readonly pointed: Signal<number | null>
  /** what is read out for that bucket */
  readonly pointedText: string
}

/** A chart whose right edge is now. Arrow keys move its cursor, Escape takes it away. */
export function Chart({ label, drawing, buckets, span, pointed, pointedText }: Props) {
  const element = useRef<HTMLDivElement>(null)
  const plot = useRef<Plot | null>(null)
  const shown = useRef({ buckets, span })
  shown.current = { buckets, span }

  useEffect(() => {
    const root = element.current
    if (!root) return
    const created = createPlot(root, drawing, (timestamp) => {
      pointed.value = timestamp
    })
    plot.current = created
    const stop = eachFrame(drawWhenMoved(created, root, shown))
    return () => {
      stop()
      created.destroy()
      pointed.value = null
    }
  }, [drawing, pointed])

  const now = Date.now() / 1000
  const begun = buckets.filter(({ timestamp }) => timestamp <= now)
  const first = begun[0]?.timestamp ?? 0
  const last = begun.at(-1)?.timestamp ?? first
  return (
    <div
      class="chart"
      ref={element}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={first}
      aria-valuemax={last}
      aria-valuenow={pointed.value ?? last}
      aria-valuetext={pointedText}
      onKeyDown={(event) => {
        const target = keyTarget(event, begun, pointed.value)
        if (target === undefined) return
        event.preventDefault()
        plot.current?.point(target)
      }}
      onBlur={() => plot.current?.point(null)}
    />
  )
}

/** Draws what is new, and else no more often than time moves the axis by one pixel. */
function drawWhenMoved(
  plot: Plot,
  root: HTMLElement,
  shown: { readonly current: { readonly buckets: readonly Bucket[]; readonly span: number } },
): () => void {
  let drawn: { buckets: readonly Bucket[]; at: number } | null = null
  return () => {
    const { buckets, span } = shown.current
    const now = Date.now() / 1000
    const pixel = span / Math.max(1, root.clientWidth)
    if (drawn?.buckets === buckets && Math.abs(now - drawn.at) < pixel) return
    plot.draw(buckets, now - span, now)
    drawn = { buckets, at: now }
  }
}

function eachFrame(work: () => void): () => void {
  let frame = requestAnimationFrame(function next() {
    work()
    frame = requestAnimationFrame(next)
  })
  return () => cancelAnimationFrame(frame)
}

/** The timestamp that a key moves the cursor to, null for none, undefined where the key means nothing here. */
function keyTarget(
  { key, shiftKey }: KeyboardEvent,
  buckets: readonly Bucket[],
  pointed: number | null,
): number | null | undefined {
  if (key === 'Escape') return null
  const last = buckets.length - 1
  const at = pointed === null ? last : buckets.findIndex(({ timestamp }) => timestamp >= pointed)
  const stride = shiftKey ? 10 : 1
  const moves: Record<string, number> = {
    ArrowLeft: at - stride,
    ArrowRight: at + stride,
    Home: 0,
    End: last,
  }
  const target = moves[key]
  if (target === undefined) return undefined
  return buckets[Math.min(last, Math.max(0, target))]?.timestamp
}
