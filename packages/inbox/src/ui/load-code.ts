const arrived = new Map<string, Promise<void>>()

/**
 * Imports a module of the app when every file that it needs can be had, so that "Try again" can: a browser never asks again for
 * a module that it could not get once (HTML, module map), but for a file it does. The build puts this in the place of Vite's own
 * preloading (vite.config.ts), which fills that map.
 * `files`: addresses below the app's, of scripts and style sheets.
 */
export async function loadCode<Module>(importModule: () => Promise<Module>, files: string[] = []): Promise<Module> {
  await Promise.all(files.map((file) => once(import.meta.env.BASE_URL + file)))
  return importModule()
}

function once(address: string): Promise<void> {
  const known = arrived.get(address)
  if (known) return known
  const arriving = address.endsWith('.css') ? addStyleSheet(address) : fetchWhole(address)
  arrived.set(address, arriving)
  arriving.catch(() => arrived.delete(address))
  return arriving
}

/** It is in the browser's cache afterwards, where the import finds it. */
async function fetchWhole(address: string): Promise<void> {
  if (document.querySelector(`script[src="${address}"]`)) return
  const answer = await fetch(address)
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}.`)
  await answer.arrayBuffer()
}

function addStyleSheet(address: string): Promise<void> {
  if (document.querySelector(`link[rel="stylesheet"][href="${address}"]`)) return Promise.resolve()
  return new Promise((resolve, reject) => {
    const link = document.createElement('link')
    link.rel = 'stylesheet'
    link.onload = () => resolve()
    link.onerror = () => {
      link.remove()
      reject(new Error(`${address} did not load.`))
    }
    link.href = address
    document.head.append(link)
  })
}
