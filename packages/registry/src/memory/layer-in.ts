/** The layer of a tensor whose name within it is of that pattern. */
export function layerIn(tensor: string, pattern: RegExp): number | undefined {
  const [, layer, rest] = /^blk\.(\d{1,3})\.(.*)$/.exec(tensor) ?? []
  return layer !== undefined && pattern.test(rest ?? '') ? Number(layer) : undefined
}
