export { type CostCurve, type CostCurveOptions, costCurve } from './cost-curve.js'
export { fixedLength } from './fixed-length.js'
export type { CostPoint } from './width-costs.js'
export { type WindowedLengthOptions, windowedLength } from './windowed-length.js'
