/**
 * The first step of `npm start` and `npm test`. It runs on whatever Node the system has (18 or
 * newer) with nothing installed: installs the dependencies if they are missing or stale, then
 * hands over to the Node 24 that came with them.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const newestNeeded = [22, 18]

/** Runs `script` (relative to the project) on Node 24 with this process's arguments; exits as it does. */
export async function runOnNode24(script) {
  const [major] = process.versions.node.split('.').map(Number)
  if (major < 18) fail(`Node ${process.versions.node} is too old to start from. Install Node 18 or newer.`)
  if (!dependenciesCurrent()) installDependencies()
  const node = findNode()
  const child = spawn(node, [join(root, script), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
  })
  // Ctrl-C reaches the child by itself; this process waits for it to clean up.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => fail(`Node could not be started from ${node}: ${error.message}`))
  child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1))
}

/** True where every package of the lock file that this platform needs is installed in that version. */
function dependenciesCurrent() {
  const wanted = readPackages('package-lock.json')
  const installed = readPackages(join('node_modules', '.package-lock.json'))
  if (wanted === null) fail('package-lock.json is missing or damaged. Restore it from the repository.')
  if (installed === null) return false
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || entry.optional === true || installed[path]?.version === entry.version,
  )
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages
  } catch {
    return null
  }
}

function installDependencies() {
  // Without warnings: they are about this Node, and the dependencies run on the one among them.
  const args = ['ci', '--loglevel=error']
  console.log('Installing the dependencies (npm ci); the first time this takes a minute or two …')
  const npmScript = process.env.npm_execpath
  const viaNode = npmScript !== undefined && /\.[cm]?js$/.test(npmScript) && existsSync(npmScript)
  const result = viaNode
    ? spawnSync(process.execPath, [npmScript, ...args], { cwd: root, stdio: 'inherit' })
    : spawnSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })
  if (result.error !== undefined) fail(`npm could not be started: ${result.error.message}. Install npm 10 or newer.`)
  if (result.status !== 0) fail('npm ci failed. Check the connection to the package registry and start again.')
}

/** The bundled Node 24, or this one where no package carries it for the platform and it is new enough. */
function findNode() {
  const binary = process.platform === 'win32' ? 'node.exe' : 'node'
  for (const name of [`node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`, `node-bin-${process.platform}-${process.arch}`]) {
    const path = join(root, 'node_modules', name, 'bin', binary)
    if (existsSync(path)) return path
  }
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > newestNeeded[0] || (major === newestNeeded[0] && minor >= newestNeeded[1])) return process.execPath
  return fail(`No bundled Node for ${process.platform}-${process.arch}, and Node ${process.versions.node} is too old. Install Node 24.`)
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
