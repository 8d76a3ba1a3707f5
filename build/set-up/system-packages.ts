/** What tests need from the system, and how to get it. */
import { findProgram, runVisibly, succeeds } from './command.ts'

export type SystemPackage = 'chromium' | 'xvfb' | 'fonts-noto-cjk' | 'python3-pip' | 'g++'

const present: Readonly<Record<SystemPackage, () => boolean>> = {
  'chromium': () => findChromium() !== null,
  'xvfb': () => findProgram('Xvfb') !== null,
  'fonts-noto-cjk': hasChineseFont,
  'python3-pip': hasPip,
  'g++': () => findProgram('g++', 'clang++', 'c++') !== null,
}

/** Chromium or Chrome on this machine; null where there is none. */
export const findChromium = (): string | null =>
  process.env['GAN_STUDIO_TEST_CHROMIUM'] ??
  findProgram('chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome')

function hasChineseFont(): boolean {
  const list = findProgram('fc-list')
  return list !== null && succeeds('sh', ['-c', `"${list}" :lang=zh-cn | grep -q .`])
}

function hasPip(): boolean {
  const python = findProgram('python3', 'python')
  return python !== null && succeeds(python, ['-m', 'pip', '--version'])
}

/**
 * Installs what is missing where it may (root on a Debian system); otherwise says what to type.
 * Never fails: the suites that need something missing are skipped.
 */
export async function installSystemPackages(wanted: readonly SystemPackage[]): Promise<void> {
  if (process.platform !== 'linux') return
  const missing = wanted.filter((name) => !present[name]())
  if (missing.length === 0) return
  const apt = findProgram('apt-get')
  const install = ['install', '-y', '--no-install-recommends', ...missing]
  if (apt === null || process.getuid?.() !== 0) {
    const command = apt === null ? `your package manager for: ${missing.join(' ')}` : `sudo apt-get ${install.join(' ')}`
    console.log(`For some of the tests, use ${command}\nWithout it those tests are skipped.`)
    return
  }
  console.log(`Installing ${missing.join(', ')} for the tests …`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  try {
    await runVisibly('sh', ['-c', `apt-get update -qq && apt-get ${install.join(' ')} -qq > /dev/null`], { env, timeoutMs: 10 * 60_000 })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    console.log(`That failed (${reason}); the tests that need it are skipped.`)
  }
}
