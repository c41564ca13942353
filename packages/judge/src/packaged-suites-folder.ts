/** Folder of the suites that the package brings, one level below both `src` and `dist`. */
export const packagedSuitesFolder: URL = new URL('../suites/v1/', import.meta.url)
