export const loadDraftLocation = () => import('./DraftLocationCard.tsx')
export const loadLocationDialog = () => import('./LocationDialog.tsx')
