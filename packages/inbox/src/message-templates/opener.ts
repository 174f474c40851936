/** The composer on the screen that can send templates: what the key opens. */
let opener: { place: string; open: () => void } | undefined

export function registerOpener(place: string, open: () => void): () => void {
  const mine = { place, open }
  opener = mine
  return () => {
    if (opener === mine) opener = undefined
  }
}

export const openerOf = (place: string | null) => (opener?.place === place ? opener.open : undefined)
