import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

interface Violation {
  id: string
  impact: string
  nodes: { target: string[]; any: { message: string }[] }[]
}

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** The violations that axe finds on a page, one line each. */
export async function findings(page: Page): Promise<string[]> {
  const run = `(() => { ${axe}; return axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }) })()`
  const { violations } = (await page.evaluate(run)) as { violations: Violation[] }
  return violations.map(
    ({ id, impact, nodes }) => `${impact} ${id} ${nodes[0]?.target} ${nodes[0]?.any[0]?.message ?? ''}`,
  )
}
