export const loadButtonRows = () => import('./ButtonRows.tsx')
