import type { Palette } from './palette.ts'

/** Where a painter draws: the plot's part of a canvas, in the canvas's own pixels. */
export interface Canvas {
  readonly context: CanvasRenderingContext2D
  readonly box: {
    readonly left: number
    readonly top: number
    readonly width: number
    readonly height: number
  }
  /** canvas pixels in one of the page's */
  readonly pixelRatio: number
  readonly palette: Palette
  /** what is seen, in Unix seconds */
  readonly from: number
  readonly to: number
  x(time: number): number
  y(value: number): number
}

/** Draws on a canvas that is clipped to the plot. */
export type Painter = (canvas: Canvas) => void
