import { execFileSync } from 'node:child_process'
import { accessSync, constants, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { projectRoot } from '../../../build/set-up/project.ts'

test('the continuous integration entry is executable and valid bash', () => {
  const entry = join(projectRoot, '.ci', 'run')
  accessSync(entry, constants.X_OK)
  execFileSync('bash', ['-n', entry])
})

test('the start-up scripts that run before any set-up import nothing but Node itself', () => {
  const bootstrap = readFileSync(join(projectRoot, 'build', 'set-up', 'bootstrap.mjs'), 'utf8')
  const imports = [...bootstrap.matchAll(/from '([^']+)'/g)].map((match) => match[1])
  expect(imports.length).toBeGreaterThan(0)
  for (const name of imports) expect(name).toMatch(/^node:/)
})
