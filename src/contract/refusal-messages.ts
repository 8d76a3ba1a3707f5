/** Why what a person asked for cannot be done, and what to do: sentences of errors that each shell says in the person's language. */
import type { Words } from './option-spec.ts'

export const refusalMessages = {
  'refused.noFiles': { en: 'No files were found there. Choose a folder or ZIP with pictures (JPEG, PNG, WebP, AVIF, GIF, TIFF or SVG).', zh: '那里没有任何文件。请选择含有图片（JPEG、PNG、WebP、AVIF、GIF、TIFF 或 SVG）的文件夹或 ZIP。' },
  'refused.nothingTaken': { en: 'No picture could be taken: {found}. For example "{path}": {why} Choose a folder or ZIP with pictures (JPEG, PNG, WebP, AVIF, GIF, TIFF or SVG).', zh: '没有可导入的图片：{found}。例如“{path}”：{why}请选择含有图片（JPEG、PNG、WebP、AVIF、GIF、TIFF 或 SVG）的文件夹或 ZIP。' },
  'found.duplicate': { en: '{count} the same as others', zh: '重复 {count} 个' },
  'found.broken': { en: '{count} damaged', zh: '已损坏 {count} 个' },
  'found.unsupported': { en: '{count} no pictures', zh: '非图片 {count} 个' },
  'found.too-large': { en: '{count} too large', zh: '过大 {count} 个' },
  'found.unreadable': { en: '{count} not readable', zh: '无法读取 {count} 个' },
  'found.unsafe-path': { en: '{count} with unsafe paths', zh: '路径不安全 {count} 个' },
  'found.label': { en: '{count} labels that were not used', zh: '未使用的标签 {count} 个' },
  'refused.archive': { en: 'The archive "{file}" cannot be read: {text}. It may be cut off; copy or download it again.', zh: '压缩包“{file}”无法读取（{text}）。可能不完整；请重新复制或下载。' },

  'refused.notUtf8': { en: '"{file}" is not UTF-8 text. Save it as UTF-8, or remove it.', zh: '“{file}”不是 UTF-8 文本。请另存为 UTF-8，或将其移除。' },
  'refused.notJson': { en: '"{file}" is not JSON ({text}). Mend it, or remove it.', zh: '“{file}”不是有效的 JSON（{text}）。请修正或移除。' },
  'refused.labelBytes': { en: '"{file}" has {size} MB; at most {most} MB of labels are read. Remove it, or leave columns out of it.', zh: '“{file}”有 {size} MB；标签文件最多读取 {most} MB。请将其移除，或去掉多余的列。' },
  'refused.labelFolders': { en: '{folders} folders have a file of labels; at most {most} are read. Put them together into one labels.csv.', zh: '有 {folders} 个文件夹含标签文件；最多读取 {most} 个。请合并为一个 labels.csv。' },
  'refused.twoLabelFiles': { en: '"{first}" and "{second}" both name classes. Remove one of them.', zh: '“{first}”和“{second}”都指定了类别。请移除其中一个。' },
  'refused.namesNothing': { en: '"{file}" names no picture that is here: its first is "{named}", the first picture here is "{here}". Paths are meant from the folder it lies in.', zh: '“{file}”中没有一张图片在这里：其中第一个是“{named}”，这里的第一张图片是“{here}”。路径应相对于该文件所在的文件夹。' },

  'where.row': { en: '"{file}", row {n}', zh: '“{file}”第 {n} 行' },
  'where.label': { en: '"{file}", label {n}', zh: '“{file}”第 {n} 个标签' },
  'where.part': { en: '"{file}", part {n}', zh: '“{file}”第 {n} 个划分' },
  'where.copy': { en: '"{file}", copy {n}', zh: '“{file}”第 {n} 个副本' },
  'refused.quoteOpen': { en: '{where}: a quoted field has no end. Close it with ".', zh: '{where}：引号内的字段没有结束，请用 " 结束。' },
  'refused.quoteEnd': { en: '{where}: after a closing quote, expected the end of the field.', zh: '{where}：右引号之后应为字段结尾。' },
  'refused.fieldLong': { en: '{where}: a field has {found} characters; at most {most} are read.', zh: '{where}：字段有 {found} 个字符；最多读取 {most} 个。' },
  'refused.manyRows': { en: '{where}: at most {most} rows are read.', zh: '{where}：最多读取 {most} 行。' },
  'refused.rowColumns': { en: '{where}: expected a picture\'s path and a class, columns found: {found}. Write one picture a row, as "cats/1.jpg,cat".', zh: '{where}：应为图片路径和类别，实际有 {found} 列。每行写一张图片，如“cats/1.jpg,cat”。' },
  'refused.className': { en: '{where}: expected the name of a class of at most {most} characters without control characters, found {found} characters.', zh: '{where}：类别名称应不超过 {most} 个字符且不含控制字符，实际有 {found} 个字符。' },
  'refused.labelPair': { en: '{where}: expected [path, class], found something else.', zh: '{where}：应为 [路径, 类别]，实际并非如此。' },
  'refused.labelNumber': { en: '{where}: expected a class as a whole number from 0 to {most}, found {found}. Labels of several numbers cannot be used.', zh: '{where}：类别应为 0 到 {most} 的整数，实际为 {found}。无法使用由多个数字组成的标签。' },
  'refused.partPair': { en: '{where}: expected [path, "train", "validation" or "test"], found something else.', zh: '{where}：应为 [路径, "train"、"validation" 或 "test"]，实际并非如此。' },
  'refused.copyPair': { en: '{where}: expected [path, path of what it is a copy of], found something else.', zh: '{where}：应为 [路径, 原图路径]，实际并非如此。' },
  'refused.labelList': { en: '"{file}": expected "{field}" to be a list of {expected}, found {found}.', zh: '“{file}”：“{field}”应为 {expected} 的列表，实际为 {found}。' },

  'refused.patternClass': { en: 'The pattern "{pattern}" has {mark} nowhere; write it once, as in "{mark}_*".', zh: '模式“{pattern}”中没有 {mark}；请写一次，如“{mark}_*”。' },
  'refused.patternClasses': { en: 'The pattern "{pattern}" has {mark} {times} times; write it once, as in "{mark}_*".', zh: '模式“{pattern}”中 {mark} 出现了 {times} 次；请只写一次，如“{mark}_*”。' },
  'refused.patternWild': { en: 'The pattern "{pattern}" has too many wildcards; at most {most} are read.', zh: '模式“{pattern}”中的通配符过多；最多 {most} 个。' },
  'refused.patternRoot': { en: 'Expected a pattern of names, as "{mark}_*", found one that begins with "/".', zh: '应为名称模式，如“{mark}_*”，实际以“/”开头。' },

  'refused.notesBytes': { en: '{size} MB; at most {most} MB are read', zh: '有 {size} MB；最多读取 {most} MB' },
  'refused.notesText': { en: 'it cannot be read as UTF-8 text', zh: '不是 UTF-8 文本' },
  'refused.notesJson': { en: 'not JSON ({text})', zh: '不是有效的 JSON：{text}' },
  'refused.notesVersion': { en: 'version {found}; at most {most} is read here', zh: '版本为 {found}；此处最多读取版本 {most}' },
  'refused.notesField': { en: '{text}', zh: '{text}' },

  'refused.givenCount': { en: 'Expected 1 to {most} pictures, found {found}.', zh: '应为 1 到 {most} 张图片，实际有 {found} 张。' },
  'refused.givenPicture': { en: '"{name}" cannot be read as a picture ({why}). Choose JPEG, PNG, WebP, AVIF, GIF, TIFF or SVG.', zh: '“{name}”无法作为图片读取（{why}）。请选择 JPEG、PNG、WebP、AVIF、GIF、TIFF 或 SVG。' },
  'refused.givenUse': { en: '"{name}" cannot be used: {why}', zh: '“{name}”无法使用：{why}' },
  'refused.givenGone': { en: 'These pictures are no longer at hand: others were given since. Give them again.', zh: '这些图片已不在手边：之后又给出了其他图片。请重新给出。' },
} as const satisfies Record<string, Words>
