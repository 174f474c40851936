import { createElement, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'

/** An empty list of as many rows as the inbox draws. J moves its highlight, and that is all. */
function EmptyList() {
  const [at, setAt] = useState(0)
  useEffect(() => {
    const onKey = ({ key }: KeyboardEvent) => {
      if (key === 'j') setAt((before) => (before + 1) % rows.length)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  return rows.map((n) => createElement('article', { key: n, 'data-id': n, 'data-open': n === at || undefined }))
}

const rows = Array.from({ length: 20 }, (_, n) => n)
const root = document.getElementById('root')
if (root) createRoot(root).render(createElement(EmptyList))
