import type uPlot from 'uplot'

/** A hole this narrow is joined over: as many buckets at most, and CSS pixels. Wider ones are shown as holes. */
const joinedBuckets = 5
const joinedPixels = 14

/** For uPlot: the holes of a line, given in canvas pixels, less those that are joined over. */
export const shownGaps: uPlot.Series.GapsRefiner = (chart, _series, _from, _to, gaps) => {
  const widest = joinedWidth(chart) * devicePixelRatio
  return gaps.filter(([from, to]) => to - from > widest)
}

/** For uPlot: the points that no line reaches, which would not be seen without a dot. */
export function isolated(chart: uPlot, series: number): number[] {
  const times = Array.from(chart.data[0])
  const values = chart.data[series] ?? []
  const filled = times.flatMap((_, index) => (values[index] == null ? [] : index))
  const widest = joinedWidth(chart)
  const apart = (a: number | undefined, b: number | undefined) => {
    if (a === undefined || b === undefined) return true
    return chart.valToPos(times[b] ?? 0, 'x') - chart.valToPos(times[a] ?? 0, 'x') > widest
  }
  return filled.filter((index, i) => apart(filled[i - 1], index) && apart(index, filled[i + 1]))
}

/** The widest distance, in CSS pixels, between two values that are joined. */
function joinedWidth(chart: uPlot): number {
  const [first = 0, second = 0] = chart.data[0]
  const bucket = chart.valToPos(second, 'x') - chart.valToPos(first, 'x')
  return Math.max(bucket * 1.5, Math.min(bucket * (joinedBuckets + 1.5), joinedPixels))
}
