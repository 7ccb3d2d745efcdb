import uPlot from 'uplot'

/** A hole this narrow is joined over: as many buckets at most, and CSS pixels. Wider ones are shown as holes. */
const joinedBuckets = 5
const joinedPixels = 14

/** For uPlot: the holes of a line, given in canvas pixels, less those that are joined over. */
export const shownGaps: uPlot.Series.GapsRefiner = (chart, _series, _from, _to, gaps) => {
  const widest = joinedSeconds(chart) * pixelsPerSecond(chart)
  return gaps.filter(([from, to]) => to - from > widest)
}

/** The same for steps, which have a riser where the hole ends. */
export const shownStepGaps: uPlot.Series.GapsRefiner = (...args) =>
  shownGaps(...args).map(([from, to]) => [from, to + uPlot.pxRatio])

/** For uPlot: the points that no line reaches, which would not be seen without a dot. */
export function isolated(chart: uPlot, series: number): number[] {
  const times = chart.data[0]
  const values = chart.data[series] ?? []
  const widest = joinedSeconds(chart)
  const alone: number[] = []
  let before = Number.NEGATIVE_INFINITY
  let last = -1
  let lastAlone = false
  for (let index = 0; index < values.length; index++) {
    if (values[index] == null) continue
    const time = times[index] ?? 0
    const apart = time - before > widest
    if (apart && lastAlone) alone.push(last)
    lastAlone = apart
    last = index
    before = time
  }
  if (lastAlone) alone.push(last)
  return alone
}

/** The widest distance between two values that are joined. */
function joinedSeconds(chart: uPlot): number {
  const [first = 0, second = first] = chart.data[0]
  const bucket = second - first
  const joined = (joinedPixels * uPlot.pxRatio) / pixelsPerSecond(chart)
  return Math.max(bucket * 1.5, Math.min(bucket * (joinedBuckets + 1.5), joined))
}

/** Pixels of the canvas. */
function pixelsPerSecond({ scales, bbox }: uPlot): number {
  const [from = 0, to = 1] = [scales.x?.min, scales.x?.max]
  return bbox.width / (to - from) || 1
}
