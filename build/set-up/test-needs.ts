/** What the chosen tests need beyond the dependencies: installed where it may be, each once. */
import { bundle } from '../bundle.ts'
import { installTestRuntime, findTestRuntime, testRuntimeSupported } from './electron-test-runtime.ts'
import { engineInstalled, engineSupported, installEngine, ownKernelsInstalled } from './engine.ts'
import { installSystemPackages } from './system-packages.ts'
import type { SystemPackage } from './system-packages.ts'

/** engine: TensorFlow. browser: Chromium. window: the test runtime on a screen of its own. bundle: the built studio. */
type Need = 'engine' | 'browser' | 'window' | 'bundle'

/** Beginnings of test files' paths. */
const needs: readonly (readonly [string, readonly Need[]])[] = [
  ['test/engine/', ['engine']],
  ['test/training/', ['engine']],
  ['test/e2e/', ['engine']],
  ['test/e2e/start', ['window', 'bundle']],
  ['test/e2e/web', ['browser', 'bundle']],
  ['test/e2e/electron/', ['window', 'bundle']],
]

/** @param files paths from the project's root, with `/` */
export const needsOf = (files: readonly string[]): ReadonlySet<Need> =>
  new Set(needs.filter(([start]) => files.some((file) => file.startsWith(start))).flatMap(([, need]) => need))

/** Never fails: a suite whose need is not met is skipped, and what to do was said. */
export async function prepare(wanted: ReadonlySet<Need>): Promise<void> {
  await installSystemPackages(missingPackages(wanted))
  if (wanted.has('engine')) await installEngine()
  if (wanted.has('window') && testRuntimeSupported()) await tryTo('Without the Electron test runtime the tests of the window are skipped', installTestRuntime)
  if (wanted.has('bundle')) await bundle()
}

function missingPackages(wanted: ReadonlySet<Need>): readonly SystemPackage[] {
  const packages = new Set<SystemPackage>()
  // Electron is linked with what Debian's chromium brings.
  if (wanted.has('browser') || wanted.has('window')) packages.add('chromium').add('fonts-noto-cjk')
  if (wanted.has('window')) packages.add('xvfb')
  if (wanted.has('window') && findTestRuntime() === null) packages.add('python3-pip')
  if (wanted.has('engine') && engineSupported()) {
    if (!engineInstalled()) packages.add('python3-pip').add('g++')
    else if (!ownKernelsInstalled()) packages.add('g++')
  }
  return [...packages]
}

async function tryTo(otherwise: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    console.log(`${otherwise}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
