import type { Manifest } from '../manifest/manifest.ts'
import { loadButtonRows } from './load.ts'

export const buttons: Manifest = { preload: loadButtonRows }
