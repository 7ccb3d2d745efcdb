/** One chart: which series, joined where they are several, and how they are shown. What is absent is left to the page. */
export interface ChartView {
  /** at least one, each once */
  readonly names: readonly string[]
  readonly interval?: string
  readonly steps?: number
  /** name of a drawing */
  readonly drawing?: string
  readonly condensed?: boolean
}

/** A span of the past, in Unix seconds; `from` is before `to`. */
export interface Range {
  readonly from: number
  readonly to: number
}

/** All that the page shows. */
export interface View {
  readonly charts: readonly ChartView[]
  /** history; absent: live */
  readonly range?: Range
  /** index of the chart that fills the page */
  readonly large?: number
}

/** Charts at most: as many subscriptions as a server gives one socket by default, halved for those that are being replaced. */
export const mostCharts = 50

export function withChart(view: View, chart: ChartView): View {
  return { ...view, charts: [...view.charts, chart] }
}

/** The chart at `index` is shown otherwise. */
export function withChanged(view: View, index: number, chart: ChartView): View {
  return { ...view, charts: view.charts.with(index, chart) }
}

/** Those charts are gone for which `gone` holds; whichever filled the page still does, if it is left. */
export function withoutCharts({ charts, large, ...rest }: View, gone: (chart: ChartView) => boolean): View {
  const left = charts.filter((chart) => !gone(chart))
  const filling = charts[large ?? -1]
  const kept = filling ? left.indexOf(filling) : -1
  return { ...rest, charts: left, ...(kept >= 0 && { large: kept }) }
}

export function withRange({ range: _, ...view }: View, range: Range | null): View {
  return range ? { ...view, range } : view
}

/** The chart at `index` fills the page, or none does. */
export function withLarge({ large: _, ...view }: View, index: number | null): View {
  return index === null ? view : { ...view, large: index }
}

/** Whether the series has a chart of its own. */
export function isShown(view: View, name: string): boolean {
  return view.charts.some((chart) => isOf(chart, name))
}

/** Whether the chart shows this series and no other. */
export function isOf({ names }: ChartView, name: string): boolean {
  return names.length === 1 && names[0] === name
}

/** What a chart is called. */
export function titleOf({ names }: ChartView): string {
  return names.join(' + ')
}
