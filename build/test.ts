/**
 * Sets up what the tests need, runs them and ends with "N passed, N failed[, N skipped]".
 * Arguments go to vitest: `npm test -- test/unit/dataset`.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import { projectRoot } from './set-up/project.ts'
import { needsOf, prepare } from './set-up/test-needs.ts'

interface VitestReport {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly assertionResults: readonly { readonly status: string }[]
  }[]
}

interface Totals {
  passed: number
  failed: number
  skipped: number
}

const totals: Totals = { passed: 0, failed: 0, skipped: 0 }
const vitest = join(projectRoot, 'node_modules', 'vitest', 'vitest.mjs')
const folder = mkdtempSync(join(tmpdir(), 'gan-studio-tests-'))
try {
  const args = process.argv.slice(2)
  await prepare(needsOf(chosenFiles(args)))
  runVitest(args)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : ''
console.log(`${totals.passed} passed, ${totals.failed} failed${skipped}`)
process.exitCode = totals.failed > 0 ? 1 : 0

/** Paths from the project's root of the test files that vitest takes for these arguments. */
function chosenFiles(args: readonly string[]): readonly string[] {
  const file = join(folder, 'files.json')
  const { status } = spawnSync(process.execPath, [vitest, 'list', '--filesOnly', `--json=${file}`, ...args], { cwd: projectRoot, stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0 || !existsSync(file)) return []
  const found = JSON.parse(readFileSync(file, 'utf8')) as readonly { readonly file: string }[]
  return found.map((each) => relative(projectRoot, each.file).replaceAll(sep, '/'))
}

function runVitest(args: readonly string[]): void {
  const file = join(folder, 'report.json')
  const result = spawnSync(
    process.execPath,
    [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...args],
    { cwd: projectRoot, stdio: 'inherit' },
  )
  if (existsSync(file)) count(JSON.parse(readFileSync(file, 'utf8')) as VitestReport)
  // Vitest also fails for what is in no test: unhandled errors, a crashed worker, no test found.
  if (result.status !== 0 && totals.failed === 0) totals.failed++
}

function count(report: VitestReport): void {
  totals.passed += report.numPassedTests
  totals.failed += report.numFailedTests
  totals.skipped += report.numPendingTests + report.numTodoTests
  // A file that fails before its first test has no test to count.
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  )
  totals.failed += brokenFiles.length
}
