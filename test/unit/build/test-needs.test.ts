import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { projectRoot } from '../../../build/set-up/project.ts'
import { needsOf } from '../../../build/set-up/test-needs.ts'

it('asks for nothing where unit tests alone are chosen', () => {
  expect([...needsOf(['test/unit/store/runs.test.ts', 'test/contract/contract.test.ts'])]).toEqual([])
})

it('joins the needs of the files chosen', () => {
  expect([...needsOf(['test/engine/conformance.test.ts'])]).toEqual(['engine'])
  expect([...needsOf(['test/e2e/web-insight.test.ts'])].sort()).toEqual(['browser', 'bundle', 'engine'])
  expect([...needsOf(['test/e2e/cli.test.ts', 'test/e2e/web.test.ts', 'test/e2e/electron/security.test.ts'])].sort()).toEqual(['browser', 'bundle', 'engine', 'window'])
})

it('knows what every end-to-end test needs', () => {
  const files = readdirSync(join(projectRoot, 'test', 'e2e'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.ts'))
  expect(files.filter((name) => needsOf([`test/e2e/${name.replaceAll('\\', '/')}`]).size === 0)).toEqual([])
})
