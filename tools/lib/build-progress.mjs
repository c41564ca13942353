/** Takes what cmake's build prints and writes how far it is: one line that changes on a terminal, elsewhere every tenth. */
export function buildProgress(stream) {
  let shown = -1
  return (text) => {
    for (const [, digits] of text.matchAll(/^\[\s*(\d+)%\]/gm)) {
      const percent = Number(digits)
      if (percent <= shown || (!stream.isTTY && percent < 100 && percent < shown + 10 && shown >= 0)) continue
      shown = percent
      stream.write(
        stream.isTTY
          ? `\r  llama.cpp ${String(percent).padStart(3)} %${percent === 100 ? '\n' : ''}`
          : `  llama.cpp ${percent} %\n`,
      )
    }
  }
}
