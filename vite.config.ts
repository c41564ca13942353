import { defineConfig, type UserConfig } from 'vite'

// The page of `foretoken serve`. It runs under a content security policy that knows only files of its own origin, so
// nothing is put inline, and its addresses are relative, so it works behind any path.
const config: UserConfig = {
  root: 'src',
  base: './',
  oxc: { jsx: { runtime: 'automatic' } },
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What is bundled is somebody's work. Not called licenses: pnpm would then leave out the package's own.
    license: { fileName: 'notices.txt' },
    reportCompressedSize: false,
  },
}
export default defineConfig(config) as UserConfig
