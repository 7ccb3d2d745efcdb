import type { Connection } from 'kairos/client'
import { InfoDocument } from 'kairos/client/documents'
import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { bucketTime, clockTime } from '../format/time.ts'
import { settle } from '../server/settle.ts'
import { secondsOf } from '../server/step.ts'
import type { Range } from '../view/view.ts'
import type { Condition } from './condition.ts'
import './notice.css'

interface Props {
  readonly condition: Condition
  readonly connection: Connection
  /** of the first series that is shown */
  readonly name: string
  /** when nothing was recorded, as `in the last 5 minutes` */
  readonly period: string
  retry(): void
  insert(name: string): void
  zoom(range: Range): void
}

/** Over the chart, what keeps it from being both there and live; nothing where nothing does. */
export function Notice({ condition, connection, name, period, retry, insert, zoom }: Props) {
  switch (condition.kind) {
    case 'loading':
    case 'reading':
      return <p class="notice waiting">Loading</p>
    case 'stale':
      return (
        <p class="notice pill">
          <strong>
            {condition.since === null ? 'Nothing known yet' : `Not live since ${clockTime(condition.since)}`}
          </strong>
          {condition.closed ? ', the connection is closed' : ', trying again'}
        </p>
      )
    case 'refused':
      return (
        <div class="notice">
          <strong>{condition.error.message}</strong>
          <span>
            <code>{condition.error.code}</code>
            {condition.retried && ' Trying again by itself.'}
          </span>
          <button type="button" onClick={retry}>
            Try again
          </button>
        </div>
      )
    case 'empty':
      return (
        <div class="notice">
          <strong>Nothing recorded {period}</strong>
          {condition.live && <Stored connection={connection} name={name} insert={insert} zoom={zoom} />}
        </div>
      )
    case 'live':
    case 'history':
      return null
  }
}

interface StoredProps extends Pick<Props, 'connection' | 'name' | 'insert' | 'zoom'> {}

interface Extent {
  readonly interval: { readonly step: string }
  /** starts of buckets */
  readonly first: number
  readonly last: number
}

/** Milliseconds before it is asked anew what is stored: what is written may be older than what the chart shows. */
const askEvery = 10_000

/** What is stored of a series at all, and how to come to it. */
function Stored({ connection, name, insert, zoom }: StoredProps): ComponentChildren {
  const [extents, setExtents] = useState<readonly Extent[] | null>(null)
  useEffect(() => {
    let stop = () => {}
    const ask = () => {
      stop = settle(
        connection.request(InfoDocument, { name }),
        ({ info }) => {
          setExtents(info?.extents ?? [])
          askAgain()
        },
        askAgain,
      )
    }
    const askAgain = () => {
      const timer = setTimeout(ask, askEvery)
      stop = () => clearTimeout(timer)
    }
    ask()
    return () => stop()
  }, [connection, name])
  if (!extents) return null
  const range = rangeOf(extents)
  if (!range) {
    return (
      <>
        <span>Nothing is stored under this name yet.</span>
        <button type="button" onClick={() => insert(name)}>
          Insert a value
        </button>
      </>
    )
  }
  return (
    <>
      <span>The newest is of {momentText(range.newest)}.</span>
      <button type="button" onClick={() => zoom(range)}>
        Show what is stored
      </button>
    </>
  )
}

const dayOf = (timestamp: number) => bucketTime({ timestamp, seconds: 86_400 })

/** When it was: the time of today, the day of others. */
function momentText(time: number): string {
  const day = dayOf(time)
  return day === dayOf(Date.now() / 1000) ? clockTime(time) : day
}

/** From the first bucket that is stored in any interval to the last millisecond of the newest; null where nothing is. */
function rangeOf(extents: readonly Extent[]): (Range & { readonly newest: number }) | null {
  const newest = extents.toSorted((a, b) => b.last - a.last)[0]
  if (!newest) return null
  const from = Math.min(...extents.map(({ first }) => first))
  return { from, to: newest.last + secondsOf(newest.interval.step) - 0.001, newest: newest.last }
}
