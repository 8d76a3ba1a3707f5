/** What the packages of the application are made of: its parts, their licences and checksums, from npm's own list. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from './set-up/project.ts'

/** Not among the dependencies, because the bundler takes what is needed of them into the page or the assets. */
export const bundled = ['@iconify-json/fluent-emoji-flat', '@lucide/svelte', 'bits-ui', 'svelte', 'uplot', 'virtua'] as const
/** The runtime of the window: shipped itself, without what downloads it. */
const runtime = 'electron'

export interface Component {
  readonly 'bom-ref': string
  readonly name: string
  readonly version: string
  readonly licenses?: readonly { readonly license?: { readonly id?: string; readonly name?: string }; readonly expression?: string }[]
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[]
}
interface Edge {
  readonly ref: string
  readonly dependsOn?: readonly string[]
}
/** CycloneDX 1.5, as `npm sbom` writes it. */
export interface Bom {
  readonly metadata: { readonly component: { readonly name: string } }
  readonly components: readonly Component[]
  readonly dependencies: readonly Edge[]
}

/** The list of everything installed, less what only builds and tests. */
export function shippedParts(): Bom {
  const program = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  // Without being told, npm leaves out what is bundled (development's) where NODE_ENV is "production", as a build sets it.
  const text = execFileSync(program, ['sbom', '--include=dev', '--sbom-format=cyclonedx'], { cwd: projectRoot, encoding: 'utf8', maxBuffer: 64 << 20, shell: process.platform === 'win32', stdio: ['ignore', 'pipe', 'pipe'] })
  const whole = JSON.parse(text) as Bom
  const { name, dependencies } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { readonly name: string; readonly dependencies: Readonly<Record<string, string>> }
  const edges = new Map(whole.dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]))
  const direct = whole.dependencies.find(({ ref }) => ref.startsWith(`${name}@`))?.dependsOn ?? []
  const isNamed = (names: readonly string[]) => (ref: string): boolean => names.includes(ref.slice(0, ref.lastIndexOf('@')))
  const shipped = new Set(direct.filter(isNamed([runtime])))
  const waiting = direct.filter(isNamed([...Object.keys(dependencies), ...bundled]))
  for (let ref = waiting.pop(); ref !== undefined; ref = waiting.pop()) {
    if (shipped.has(ref)) continue
    shipped.add(ref)
    waiting.push(...(edges.get(ref) ?? []))
  }
  return {
    ...whole,
    // npm takes the folder's name.
    metadata: { ...whole.metadata, component: { ...whole.metadata.component, name } },
    components: whole.components.filter((part) => shipped.has(part['bom-ref'])),
    dependencies: whole.dependencies.filter(({ ref }) => shipped.has(ref)).map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((each) => shipped.has(each)) })),
  }
}

/** Of packages that say it in a file alone. */
const saidElsewhere: Readonly<Record<string, string>> = { 'svelte-toolbelt': 'MIT' }

export const licenceOf = ({ name, licenses = [] }: Component): string =>
  saidElsewhere[name] ?? licenses.map(({ license, expression }) => expression ?? license?.id ?? license?.name ?? '').filter((each) => each !== '').join(' AND ')

/** Each part with its licence's text, where it brings one. */
export function thirdPartyNotices({ components }: Bom): string {
  const places = installedPlaces()
  const parts = components.toSorted((a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1)).map((part) => {
    const texts = (places.get(`${part.name}@${part.version}`) ?? []).flatMap(licenceTexts)
    return [`${part.name} ${part.version} (${licenceOf(part)})`, ...new Set(texts)].join('\n\n')
  })
  return ['GAN Studio is made with these parts of others.', ...parts].join(`\n\n${'-'.repeat(80)}\n\n`) + '\n'
}

/** Folders below node_modules by name and version. */
function installedPlaces(): ReadonlyMap<string, readonly string[]> {
  const { packages } = JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8')) as { readonly packages: Readonly<Record<string, { readonly version?: string }>> }
  const places = new Map<string, string[]>()
  for (const [path, { version }] of Object.entries(packages)) {
    const name = path.split('node_modules/').at(-1) ?? ''
    if (path !== '') places.set(`${name}@${version ?? ''}`, [...(places.get(`${name}@${version ?? ''}`) ?? []), join(projectRoot, path)])
  }
  return places
}

function licenceTexts(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice|third-party-notices)([-.].*)?$/i.test(name) && !/\.html$/i.test(name)).sort().flatMap((name) => {
    try {
      return [readFileSync(join(folder, name), 'utf8').trim()]
    } catch {
      // A folder of texts: its parts are packages of their own.
      return []
    }
  })
}
