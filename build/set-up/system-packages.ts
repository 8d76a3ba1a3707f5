/** What the window and browser tests need from the system, and how to get it. */
import { findProgram, runVisibly, succeeds } from './command.ts'

interface SystemPackage {
  readonly name: string
  readonly present: () => boolean
}

const packages: readonly SystemPackage[] = [
  { name: 'chromium', present: () => findChromium() !== null },
  { name: 'xvfb', present: () => findProgram('Xvfb') !== null },
  { name: 'fonts-noto-cjk', present: hasChineseFont },
]

/** Chromium or Chrome on this machine; null where there is none. */
export const findChromium = (): string | null =>
  process.env['GAN_STUDIO_TEST_CHROMIUM'] ??
  findProgram('chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome')

function hasChineseFont(): boolean {
  const list = findProgram('fc-list')
  return list !== null && succeeds('sh', ['-c', `"${list}" :lang=zh-cn | grep -q .`])
}

/**
 * Installs what is missing where it may (root on a Debian system); otherwise says what to type.
 * Never fails: the suites that need something missing are skipped.
 */
export async function installSystemPackages(): Promise<void> {
  if (process.platform !== 'linux') return
  const missing = packages.filter((each) => !each.present()).map((each) => each.name)
  if (missing.length === 0) return
  const apt = findProgram('apt-get')
  const install = ['install', '-y', '--no-install-recommends', ...missing]
  if (apt === null || process.getuid?.() !== 0) {
    const command = apt === null ? `your package manager for: ${missing.join(' ')}` : `sudo apt-get ${install.join(' ')}`
    console.log(`For the window and browser tests, use ${command}\nWithout it those tests are skipped.`)
    return
  }
  console.log(`Installing ${missing.join(', ')} for the window and browser tests …`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  try {
    await runVisibly('sh', ['-c', `apt-get update -qq && apt-get ${install.join(' ')} -qq > /dev/null`], { env, timeoutMs: 15 * 60_000 })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    console.log(`That failed (${reason}); the tests that need it are skipped.`)
  }
}
