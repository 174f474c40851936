import './ui/theme/tokens.css'
import './ui/theme/base.css'

import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { queryClient } from './api/query-client.ts'
import { router } from './app/router.tsx'
import { keepCompositions } from './ui/keys/composition.ts'
import { startColorScheme } from './ui/theme/color-scheme.ts'

const root = document.getElementById('app')
if (!root) throw new Error('index.html has no #app')

startColorScheme()
keepCompositions(window)

createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
)
