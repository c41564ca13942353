/** An image of the suite vl, and what is right to answer about it. */
export interface DrawnImage {
  readonly width: number
  readonly height: number
  /** A palette index a pixel, row by row. */
  readonly pixels: Uint8Array
  readonly answer: string
}

/** Every image by its path below suites/v1. */
export declare const drawnImages: Readonly<Record<string, DrawnImage>>

/** The image as a PNG file with a palette of 16 colours. */
export declare function pngOf(image: DrawnImage): Buffer
