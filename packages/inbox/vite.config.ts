import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const hub = process.env.PORTICO_URL ?? 'http://127.0.0.1:4000'

export default defineConfig({
  base: '/app/',
  plugins: [react()],
  build: {
    outDir: 'dist',
    // light-dark() and nesting are used as they are
    target: ['chrome123', 'firefox121', 'safari17.5'],
    // a data: font or script would need a hole in the Content-Security-Policy
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      '^/(?!app(/|$)|@|src/|node_modules/)': { target: hub, changeOrigin: false },
    },
  },
})
