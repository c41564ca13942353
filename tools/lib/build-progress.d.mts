export interface ProgressStream {
  readonly isTTY?: boolean
  write(text: string): unknown
}
export function buildProgress(stream: ProgressStream): (text: string) => void
