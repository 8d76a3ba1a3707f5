/** Every file that is hard to take, made here. */
import { chmod, copyFile, mkdir, symlink, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import sharp, { type Sharp } from 'sharp'

let shade = 0
/** Unlike any other. */
const plain = (width: number, height: number): Sharp => {
  shade += 7
  return sharp({ create: { width, height, channels: 3, background: { r: shade % 250, g: (3 * shade) % 250, b: 90 } } })
}
const noise = (width: number, height: number): Sharp => sharp({ create: { width, height, channels: 3, background: 'white', noise: { type: 'gaussian', mean: 128, sigma: 40 } } })

export const nastyNames = ['手势/猫 ✋.png', 'قطط/كلب صغير.png', '🐈‍⬛/👩‍🚀.png', 'e\u0301te\u0301/a b#%.png'] as const

/** Those that are to be taken, in the corpus. */
export const sound: Readonly<Record<string, (file: string) => Promise<unknown>>> = {
  ...Object.fromEntries(nastyNames.map((name) => [name, (file: string) => plain(20, 20).png().toFile(file)])),
  'forms/one.png': (file) => plain(1, 1).png().toFile(file),
  'forms/tall.png': (file) => plain(1, 20_000).png().toFile(file),
  'forms/cmyk.jpg': (file) => plain(40, 30).toColourspace('cmyk').jpeg().toFile(file),
  'forms/deep.png': (file) => plain(40, 30).toColourspace('rgb16').png().toFile(file),
  'forms/palette.png': (file) => sharp({ create: { width: 30, height: 30, channels: 4, background: { r: 9, g: 200, b: 40, alpha: 0.4 } } }).png({ palette: true }).toFile(file),
  'forms/turned.jpg': (file) => noise(50, 20).jpeg().withMetadata({ orientation: 6 }).toFile(file),
  'forms/moving.gif': async (file) => {
    const frames = await Promise.all([1, 2, 3].map(() => plain(16, 16).png().toBuffer()))
    return await sharp(frames, { join: { animated: true } }).gif().toFile(file)
  },
  'forms/really-a-png.jpg': async (file) => writeFile(file, await plain(22, 22).png().toBuffer()),
  'copies/0.png': (file) => plain(24, 24).png().toFile(file),
}

/** @param plainFiles leaves out links and what is closed: no page can send them. @returns the folder */
export async function nastyCorpus(folder: string, plainFiles = false): Promise<string> {
  const root = join(folder, 'corpus')
  for (const [name, make] of Object.entries(sound)) {
    await mkdir(dirname(join(root, name)), { recursive: true })
    await make(join(root, name))
  }
  for (let i = 1; i < 50; i++) await copyFile(join(root, 'copies', '0.png'), join(root, 'copies', `${i}.png`))
  await noise(200, 200).jpeg().toFile(join(root, 'forms', 'cut.jpg'))
  await truncate(join(root, 'forms', 'cut.jpg'), 3000)
  await writeFile(join(root, 'forms', 'empty.png'), '')
  await writeFile(join(root, 'forms', 'words.jpg'), 'Words, not a picture.')
  await writeFile(join(root, 'forms', 'phone.heic'), Buffer.concat([Buffer.from('00000018667479706865696300000000', 'hex'), Buffer.alloc(64)]))
  await writeFile(join(root, 'forms', 'bomb.svg'), `<svg xmlns="http://www.w3.org/2000/svg" width="100000" height="100000"><rect width="9" height="9"/></svg>`)
  if (plainFiles) return root
  await symlink(root, join(root, 'forms', 'loop'))
  await symlink('/nowhere', join(root, 'forms', 'dangling.png'))
  await plain(8, 8).png().toFile(join(root, 'forms', 'closed.png'))
  await chmod(join(root, 'forms', 'closed.png'), 0)
  return root
}

/** Nothing is closed to root. */
export const closed = process.getuid?.() !== 0 && process.platform !== 'win32'
