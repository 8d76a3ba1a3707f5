/** What a package of the application holds, and how each system takes it. */
import { join } from 'node:path'
import type { Configuration, FileSet } from 'electron-builder'
import { ownKernelsName } from '../src/engine/own-kernels.ts'
import { tensorflowFolder } from '../src/engine/engine-folder.ts'
import { engineInstalled } from './set-up/engine.ts'

/** Pictures and archives that the studio imports when they are opened with it. */
const mimeTypes = ['inode/directory', 'application/zip', 'image/png', 'image/jpeg', 'image/webp', 'image/avif', 'image/gif', 'image/tiff', 'image/bmp', 'image/svg+xml'] as const

/** Left out of the packages of node_modules: what only builds, tests or other systems read. */
const leftOut = [
  '!**/node_modules/{node,node-bin}-{darwin,linux,win}-*/**',
  '!**/node_modules/**/*.{map,ts,mts,cts,md}',
  '!**/node_modules/@tensorflow/*/{src,scripts,benchmarks,deps}/**',
  '!**/node_modules/@tensorflow/*/dist/*{.min,.es2017,.fesm,.es2017.min,.fesm.min}.js',
  '!**/node_modules/@tensorflow/*/dist/**/*_test.js',
  '!**/node_modules/better-sqlite3/{deps,src}/**',
]
const otherSystems = (...prefixes: readonly string[]): string[] => {
  const any = `{${prefixes.join(',')}}`
  return [`!**/node_modules/webgpu/dist/${any}*/**`, `!**/node_modules/better-sqlite3/prebuilds/${any}*`]
}

export interface PackageOptions {
  /** Another Electron than the one of npm: its folder and version. */
  readonly electron?: { readonly folder: string; readonly version: string }
  /** Where packages are written; absent: out/ of the project. */
  readonly output?: string
}

export function packageConfiguration({ electron, output = 'out' }: PackageOptions): Configuration {
  return {
    appId: 'org.gan-studio.app',
    productName: 'GAN Studio',
    copyright: 'MIT licence, the GAN Studio developers',
    directories: { output, buildResources: 'build' },
    files: ['package.json', 'LICENSE', 'dist/{electron,renderer,studio,icons}/**', 'assets/**', ...leftOut],
    asar: true,
    // The studio's processes, the native modules and what they read lie beside the archive as plain
    // files: libraries cannot be loaded from inside it.
    asarUnpack: ['node_modules/**', 'dist/studio/**', 'dist/icons/**', 'assets/**'],
    extraResources: [{ from: 'dist/licences', to: 'licences' }],
    // Every native module is Node-API and prebuilt.
    npmRebuild: false,
    publish: null,
    electronFuses: {
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableCookieEncryption: true,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      // Electron before 29, which the tests package, does not have it.
      ...(electron !== undefined && Number(electron.version.split('.')[0]) < 29 ? {} : { grantFileProtocolExtraPrivileges: false }),
    },
    ...(electron === undefined ? {} : { electronDist: electron.folder, electronVersion: electron.version }),
    linux: {
      target: ['AppImage', 'deb'],
      executableName: 'gan-studio',
      icon: 'dist/icons/linux',
      category: 'Graphics',
      synopsis: 'Train GANs on your own pictures',
      mimeTypes: [...mimeTypes],
      maintainer: 'The GAN Studio developers <gan-studio@localhost>',
      files: otherSystems('darwin', 'win32'),
      extraResources: prebuiltAddon(),
    },
    mac: {
      target: ['dmg', 'zip'],
      icon: 'dist/icons/icon.icns',
      category: 'public.app-category.graphics-design',
      hardenedRuntime: true,
      entitlements: 'build/entitlements.mac.plist',
      entitlementsInherit: 'build/entitlements.mac.plist',
      extendInfo: {
        CFBundleDocumentTypes: [{
          CFBundleTypeName: 'Pictures to train on',
          CFBundleTypeRole: 'Viewer',
          LSHandlerRank: 'Alternate',
          LSItemContentTypes: ['public.folder', 'public.zip-archive', 'public.image'],
        }],
      },
      files: otherSystems('linux', 'win32'),
    },
    win: {
      target: ['nsis'],
      icon: 'dist/icons/icon.ico',
      files: otherSystems('darwin', 'linux'),
    },
    nsis: {
      oneClick: false,
      allowToChangeInstallationDirectory: true,
      deleteAppDataOnUninstall: false,
      include: 'build/installer.nsh',
    },
  }
}

/** TensorFlow's addon and our kernels beside it, where they were built for this Linux: the package's users need no compiler then. */
function prebuiltAddon(): FileSet[] {
  if (!engineInstalled()) return []
  const to = `app.asar.unpacked/assets/engine/linux-${process.arch}`
  const folder = join(tensorflowFolder(), 'lib')
  return [{ from: join(folder, 'napi-v8'), to, filter: ['tfjs_binding.node'] }, { from: folder, to, filter: [ownKernelsName] }]
}
