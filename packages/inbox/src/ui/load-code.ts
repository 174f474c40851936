const loads = new Map<string, Promise<void>>()

/**
 * Imports a module of the app once all its files are fetched, so that "Try again" works: a browser never fetches a failed module
 * again (HTML, module map), but it does fetch a failed file. The build replaces Vite's preloading by this (vite.config.ts).
 * `files`: paths of scripts and style sheets, relative to the app's.
 */
export async function loadCode<Module>(importModule: () => Promise<Module>, files: string[] = []): Promise<Module> {
  await Promise.all(files.map((file) => loadOnce(import.meta.env.BASE_URL + file)))
  return importModule()
}

function loadOnce(url: string): Promise<void> {
  const known = loads.get(url)
  if (known) return known
  const load = url.endsWith('.css') ? addStyleSheet(url) : fetchIntoCache(url)
  loads.set(url, load)
  load.catch(() => loads.delete(url))
  return load
}

/** Fetches a file into the browser's cache, where the import finds it. */
async function fetchIntoCache(url: string): Promise<void> {
  if (document.querySelector(`script[src="${url}"]`)) return
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`)
  await response.arrayBuffer()
}

function addStyleSheet(url: string): Promise<void> {
  if (document.querySelector(`link[rel="stylesheet"][href="${url}"]`)) return Promise.resolve()
  return new Promise((resolve, reject) => {
    const link = document.createElement('link')
    link.rel = 'stylesheet'
    link.onload = () => resolve()
    link.onerror = () => {
      link.remove()
      reject(new Error(`${url} did not load.`))
    }
    link.href = url
    document.head.append(link)
  })
}
