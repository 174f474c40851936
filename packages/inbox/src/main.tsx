import '@mantine/core/styles/default-css-variables.css'
import '@mantine/core/styles/global.css'
import './ui/theme/tokens.css'
import './ui/theme/base.css'

import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { queryClient } from './api/query-client.ts'
import './app/manifests.ts'
import { router } from './app/router.tsx'
import { keepCompositions } from './ui/keys/composition.ts'
import { AppTheme } from './ui/theme/AppTheme.tsx'

const root = document.getElementById('app')
if (!root) throw new Error('index.html has no #app')

keepCompositions(window)

createRoot(root).render(
  <StrictMode>
    <AppTheme>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </AppTheme>
  </StrictMode>,
)
