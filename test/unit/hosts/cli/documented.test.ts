/** The documentation of the command line names all there is. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { errorCodes } from '../../../../src/base/errors.ts'
import { optionGroups, optionGroupWords, type OptionSpec } from '../../../../src/contract/option-spec.ts'
import { optionKeys, optionSpec } from '../../../../src/contract/options.ts'
import { exitCodes } from '../../../../src/hosts/cli/exit-codes.ts'
import { optionDefault, optionValues } from '../../../../src/hosts/cli/option-text.ts'
import { createProgram } from '../../../../src/hosts/cli/program.ts'

const docs = join(import.meta.dirname, '..', '..', '..', '..', 'docs')
const text = readFileSync(join(docs, 'command-line.md'), 'utf8')
const program = createProgram('0.0.0', () => Promise.resolve())

/** Every command that does something, with its full name. */
const commands = (parent: Command, prefix: string): [string, Command][] =>
  parent.commands.flatMap((command) => {
    const name = `${prefix} ${command.name()}`
    const below = commands(command, name)
    return command.registeredArguments.length === 0 && below.length > 0 && command.name() === 'engine' ? below : [[name, command], ...below]
  })

/** From the heading (or the line) that names the command to the next heading. */
function sectionOf(name: string): string {
  const own = text.search(new RegExp(`^(?:### |\\| )\`${name}[ \`]`, 'm'))
  const at = own === -1 ? text.indexOf(`\`${name}`) : own
  expect(at, `docs/command-line.md has no "${name}"`).toBeGreaterThan(0)
  const end = text.indexOf('\n##', at)
  return text.slice(at, end === -1 ? undefined : end)
}

describe('docs/command-line.md', () => {
  it.each(commands(program, 'gan-studio'))('has %s with its arguments and options', (name, command) => {
    // Export takes what generate takes, and says so.
    const section = name === 'gan-studio export' ? sectionOf(name) + sectionOf('gan-studio generate') : sectionOf(name)
    for (const argument of command.registeredArguments) expect(section).toMatch(new RegExp(`[<[]${argument.name()}${argument.variadic ? '\\.\\.\\.' : ''}[>\\]]`))
    for (const { long } of command.options) expect(section, `${name} ${long ?? ''}`).toContain(`\`${long ?? ''}`)
  })

  it('follows the groups and the order of --help, in which every command has a group', () => {
    const groups = (parent: Command): string[] => [...new Set(parent.commands.map((command) => command.helpGroup()))]
    expect(groups(program)).not.toContain('')
    expect(groups(program).length).toBeGreaterThan(4)
    const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => `${heading ?? ''}:`)
    expect(headings.filter((heading) => groups(program).includes(heading))).toEqual(groups(program))
    const places = program.commands.map((command) => text.search(new RegExp(`^### \`gan-studio ${command.name()}[ \`]`, 'm')))
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    const datasets = program.commands.find((command) => command.name() === 'datasets')
    expect(datasets === undefined ? [''] : groups(datasets)).not.toContain('')
  })

  it('has the options of every command, every exit code and every error code', () => {
    for (const { long } of program.options) expect(text).toContain(`\`${long ?? ''}`)
    for (const code of Object.values(exitCodes)) expect(text).toContain(`\n| ${code} |`)
    for (const code of errorCodes) expect(text).toContain(`\`${code}\``)
  })
})

describe('docs/training-options.md', () => {
  it('is the table of options (after a change: npx vitest run test/unit/hosts/cli -u)', async () => {
    const sections = optionGroups.map((group) => {
      const rows = optionKeys.filter((key) => optionSpec(key).group === group).map((key) => {
        const spec: OptionSpec = optionSpec(key)
        return `| \`${key}\` | ${spec.label.en} | ${optionValues(spec)} | ${optionDefault(spec)} | ${spec.help.en} |`
      })
      return `## ${optionGroupWords[group].en}\n\n| option | | values | without it | |\n|---|---|---|---|---|\n${rows.join('\n')}\n`
    })
    const intro = `# Training options

For \`gan-studio train --set option=value\` and, by the same names, the form under Advanced. What is
not set is proposed from the pictures, the engine and the budget, or has the value in the column
"without it".
`
    await expect([intro, ...sections].join('\n')).toMatchFileSnapshot(join(docs, 'training-options.md'))
  })
})
