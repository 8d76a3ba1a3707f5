#!/usr/bin/env node
/**
 * The `gan-studio` command: runs the command line on this Node, or on the Node 24 among the
 * dependencies where this one is too old for it.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const main = join(root, 'src', 'hosts', 'cli', 'main.ts')
/** The first that runs TypeScript files without a flag; better-sqlite3 asks for 22.12. */
const neededNode = [22, 18]

if (!existsSync(join(root, 'node_modules', 'commander'))) fail('The dependencies are not installed yet. Run "npm start" (or "npm ci") once in the project folder.')
if (newEnough()) await import(main)
else handOver(bundledNode() ?? fail(`Node ${process.versions.node} is too old, and none is bundled for ${process.platform}-${process.arch}. Install Node 24.`))

function newEnough() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  return major > neededNode[0] || (major === neededNode[0] && minor >= neededNode[1])
}

function bundledNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const binary = process.platform === 'win32' ? 'node.exe' : 'node'
  return [`node-${platform}-${process.arch}`, `node-bin-${process.platform}-${process.arch}`]
    .map((name) => join(root, 'node_modules', name, 'bin', binary))
    .find((path) => existsSync(path))
}

function handOver(node) {
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' })
  // In a terminal the child hears Ctrl-C itself too; it counts what comes at once as one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => fail(`Node could not be started from ${node}: ${error.message}`))
  child.on('exit', (code, signal) => process.exit(signal === null ? code : 1))
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
