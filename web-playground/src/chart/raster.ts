/** A small picture, made pixel by pixel, to be drawn large: kept, since to make a canvas takes longer than to draw one. */
export class Raster {
  readonly #canvas = new OffscreenCanvas(1, 1)
  readonly #context = this.#canvas.getContext('2d')
  #image = new ImageData(1, 1)
  #pixels = new Uint32Array(this.#image.data.buffer)

  /** Empty pixels, row by row from above, in the order of `ImageData`; to be filled before `draw`. */
  cleared(width: number, height: number): Uint32Array {
    if (this.#image.width !== width || this.#image.height !== height) {
      this.#canvas.width = width
      this.#canvas.height = height
      this.#image = new ImageData(width, height)
      this.#pixels = new Uint32Array(this.#image.data.buffer)
    } else this.#pixels.fill(0)
    return this.#pixels
  }

  /** To be called when pixels have been filled. */
  filled(): void {
    this.#context?.putImageData(this.#image, 0, 0)
  }

  /** The part between two columns, which may be fractions, with hard edges. */
  draw(
    context: CanvasRenderingContext2D,
    { from, to }: { readonly from: number; readonly to: number },
    { left, top, width, height }: Box,
  ): void {
    context.imageSmoothingEnabled = false
    context.drawImage(this.#canvas, from, 0, to - from, this.#canvas.height, left, top, width, height)
  }
}

interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}
