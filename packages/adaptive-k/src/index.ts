export { fixedLength } from './fixed-length.js'
export { type WindowedLengthOptions, windowedLength } from './windowed-length.js'
