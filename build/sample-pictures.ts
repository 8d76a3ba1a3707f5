/**
 * Renders the sample pictures from Fluent Emoji Flat (Microsoft, MIT) into
 * `assets/sample-pictures.zip`: a few classes, each of pictures that are alike.
 * Run it again after changing the list: `node build/sample-pictures.ts`.
 */
import { createWriteStream } from 'node:fs'
import { createRequire } from 'node:module'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { ZipFile } from 'yazl'

interface IconSet {
  readonly width: number
  readonly height: number
  readonly icons: Readonly<Record<string, { readonly body: string }>>
}
const icons = createRequire(import.meta.url)('@iconify-json/fluent-emoji-flat/icons.json') as IconSet

const side = 96
const classes: Readonly<Record<string, RegExp>> = {
  faces: /^(?!.*(moon|sun|clock|cat|monkey|dog|wolf|fox|lion|tiger|horse|unicorn|cow|pig|mouse|hamster|rabbit|bear|panda|frog|dragon)).*(face|grinning|smil|rofl|kissing|winking|crying|weary|disappointed|hushed|astonished)/,
  animals: /^(dog|wolf|fox|cat|lion|tiger|horse|unicorn|cow|pig|mouse|hamster|rabbit|bear|panda|polar-bear|koala|frog|monkey|dragon)(-face)?$|^(chicken|rooster|penguin|owl|boar|raccoon|hatching-chick|baby-chick|front-facing-baby-chick|bird|duck|eagle)$/,
  hearts: /heart$|^heart-|-heart/,
  clocks: /o-clock|thirty/,
  fruit: /^(grapes|melon|watermelon|tangerine|lemon|banana|pineapple|mango|red-apple|green-apple|pear|peach|cherries|strawberry|blueberries|kiwi-fruit|tomato|olive|coconut|avocado|eggplant|carrot|bell-pepper|cucumber|broccoli|onion|potato)$/,
}

const zip = new ZipFile()
const written = pipeline(zip.outputStream, createWriteStream(fileURLToPath(new URL('../assets/sample-pictures.zip', import.meta.url))))
const date = { mtime: new Date(1980, 0, 1), forceDosTimestamp: true }
for (const [name, pattern] of Object.entries(classes)) {
  const found = Object.entries(icons.icons).filter(([icon]) => pattern.test(icon) && !/skin|light|dark/.test(icon))
  for (const [icon, { body }] of found) {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${icons.width} ${icons.height}" width="${side}" height="${side}">${body}</svg>`
    const png = await sharp(Buffer.from(svg)).resize(side, side).extend({ top: 4, bottom: 4, left: 4, right: 4, background: '#ffffff' }).flatten({ background: '#ffffff' }).png({ palette: true, effort: 10 }).toBuffer()
    zip.addBuffer(png, `${name}/${icon}.png`, { ...date, compress: false })
  }
  console.log(`${name}: ${found.length}`)
}
zip.end()
await written
