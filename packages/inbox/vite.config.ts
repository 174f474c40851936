import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const hub = process.env.PORTICO_URL ?? 'http://127.0.0.1:4000'

export default defineConfig({
  base: '/app/',
  plugins: [react(), ownPreloading(), inlineIcon(), compressed()],
  build: {
    outDir: 'dist',
    // light-dark(), nesting and popovers are used as they are
    target: ['chrome123', 'firefox125', 'safari17.5'],
    // inline code would need an exception in the Content-Security-Policy
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600,
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: inFirstLoad() }] } } },
  },
  server: {
    proxy: {
      '^/(?!app(/|$)|@|src/|node_modules/)': { target: hub, changeOrigin: false },
    },
  },
})

/** Bundles the direct imports of the page into one file: 15 shared files compress to 4 kB more and load one after the other. */
function inFirstLoad() {
  const first = new Set([join(import.meta.dirname, 'index.html')])
  return (id: string, graph: { getModuleInfo(id: string): { importedIds: string[] } | null }) => {
    // a Set also walks over what is added while it is walked over
    if (first.size === 1)
      for (const id of first) for (const its of graph.getModuleInfo(id)?.importedIds ?? []) first.add(its)
    return first.has(id) ? 'index' : null
  }
}

/** Code that could not be loaded can be loaded later (src/ui/load-code.ts). */
function ownPreloading(): Plugin {
  const loadCode = join(import.meta.dirname, 'src/ui/load-code.ts')
  return {
    name: 'own-preloading',
    apply: 'build',
    enforce: 'pre',
    load: (id) =>
      id === '\0vite/preload-helper.js'
        ? `export { loadCode as __vitePreload } from ${JSON.stringify(loadCode)}`
        : null,
  }
}

/** Browsers ask for a linked icon again whenever the address changes, so at every step through the list. */
function inlineIcon(): Plugin {
  return {
    name: 'inline-icon',
    transformIndexHtml: {
      order: 'pre',
      async handler(page) {
        const icon = await readFile(join(import.meta.dirname, 'public/favicon.svg'), 'utf8')
        return page.replace('href="/favicon.svg"', `href="data:image/svg+xml,${encodeURIComponent(icon)}"`)
      },
    },
  }
}

/** Leaves .br and .gz beside each asset; the hub sends them as they are. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    async writeBundle({ dir = 'dist' }) {
      const assets = join(dir, 'assets')
      for (const name of await readdir(assets)) {
        if (!/\.(?:js|css)$/.test(name)) continue
        const bytes = await readFile(join(assets, name))
        await writeFile(join(assets, `${name}.gz`), gzipSync(bytes, { level: 9 }))
        await writeFile(join(assets, `${name}.br`), brotliCompressSync(bytes))
      }
    },
  }
}
