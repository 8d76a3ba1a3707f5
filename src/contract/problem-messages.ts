/** Why files of an import were left out, and what to do. */
import type { Words } from './option-spec.ts'

export const problemMessages = {
  'problem.hereAlready': { en: 'The data set has this picture already, as {path}.', zh: '数据集中已有这张图片：{path}。' },
  'problem.sameAs': { en: 'The same picture as {path}.', zh: '与 {path} 是同一张图片。' },

  'problem.empty': { en: 'The file is empty. Copy or download it again.', zh: '文件为空。请重新复制或下载。' },
  'problem.cutOff': { en: 'The picture is cut off: its end is missing. Copy or download it again.', zh: '图片不完整，缺少末尾部分。请重新复制或下载。' },
  'problem.damaged': { en: 'The picture is damaged. Copy or download it again.', zh: '图片已损坏。请重新复制或下载。' },
  'problem.damagedHow': { en: 'The picture is damaged ({how}). Copy or download it again.', zh: '图片已损坏（{how}）。请重新复制或下载。' },
  'damage.end': { en: 'data is missing', zh: '数据缺失' },
  'damage.xml': { en: 'its XML has mistakes', zh: 'XML 有误' },
  'damage.limits': { en: 'it asks for more than the decoder allows', zh: '超出解码器允许的限度' },
  'damage.header': { en: 'its header makes no sense', zh: '文件头有误' },
  'damage.data': { en: 'its pixels cannot be decoded', zh: '像素数据无法解码' },
  'problem.decoderEnded': { en: 'The decoder ended unexpectedly at this picture ({how}), so it was left out. It may be damaged or made to do harm; save it again with a program you trust.', zh: '解码程序处理这张图片时意外退出（{how}），因此未予导入。图片可能已损坏，或是恶意构造的；请用可信的软件重新保存。' },

  'ended.code': { en: 'with code {code}', zh: '退出代码 {code}' },
  'ended.before': { en: 'before it was asked', zh: '尚未开始' },
  'ended.signal': { en: 'by signal {signal}', zh: '信号 {signal}' },

  'problem.noPicture': { en: 'This is not a picture in a format that can be read (JPEG, PNG, WebP, AVIF, GIF, TIFF, SVG).', zh: '这不是可读取格式（JPEG、PNG、WebP、AVIF、GIF、TIFF、SVG）的图片。' },
  'problem.variant': { en: 'The picture is in a variant of its format that cannot be read here. Save it as an ordinary JPEG or PNG.', zh: '此处无法读取该格式的这种变体。请另存为普通的 JPEG 或 PNG。' },
  'problem.format': { en: '{format} files cannot be read here. Save the picture as JPEG or PNG.', zh: '此处无法读取 {format} 文件。请将图片另存为 JPEG 或 PNG。' },
  'problem.archiveInside': { en: 'A ZIP in a folder or in another archive is not opened. Import it by itself, or unpack it.', zh: '文件夹或压缩包内的 ZIP 不会打开。请单独导入，或先解压。' },
  'problem.archive': { en: '{format} archives cannot be opened here. Unpack it, or pack it as ZIP.', zh: '此处无法打开 {format} 压缩包。请解压，或打包为 ZIP。' },
  'problem.heic': { en: 'HEIC pictures cannot be read here. Save it as JPEG (phones offer "most compatible").', zh: '此处无法读取 HEIC 图片。请另存为 JPEG（手机相机设置中可选“兼容性最佳”）。' },

  'problem.pixels': { en: 'The picture has {width} × {height} pixels; at most {most} in all are read. Save a smaller copy.', zh: '图片为 {width} × {height} 像素；总共最多读取 {most} 像素。请另存一份较小的图片。' },
  'problem.pixelsWhole': { en: 'The picture has {width} × {height} pixels and can only be read as a whole; at most {most} in all are read. Save a smaller copy.', zh: '图片为 {width} × {height} 像素，且只能整张读取；总共最多读取 {most} 像素。请另存一份较小的图片。' },
  'problem.manyPixels': { en: 'The picture has more pixels than can be read; at most {most} in all are read. Save a smaller copy.', zh: '图片像素过多；总共最多读取 {most} 像素。请另存一份较小的图片。' },
  'problem.bytes': { en: 'The file has {size} MB; at most {most} MB are read.', zh: '文件有 {size} MB；最多读取 {most} MB。' },
  'problem.manyBytes': { en: 'The file is too large to be read.', zh: '文件过大，无法读取。' },
  'problem.unpacked': { en: 'The file would unpack to {size} MB; at most {most} MB are read.', zh: '该文件解压后有 {size} MB；最多读取 {most} MB。' },
  'problem.swells': { en: 'The file would unpack to {size} MB, {times} times its size in the archive; no picture does. Unpack it yourself if you trust it.', zh: '该文件解压后有 {size} MB，是压缩包中大小的 {times} 倍，正常图片不会如此。若确认可信，请自行解压。' },

  'problem.noPermission': { en: 'No permission (while reading it). Check its access rights.', zh: '没有读取权限。请检查访问权限。' },
  'problem.notFound': { en: 'It is not there any more (while reading it). Choose it again.', zh: '读取时已不在原处。请重新选择。' },
  'problem.disk': { en: 'The disk could not be read (while reading it). Check that the drive is still connected and sound.', zh: '无法读取磁盘。请检查磁盘是否仍连接且完好。' },
  'problem.openFiles': { en: 'Too many files are open (while reading it). Close other programs and try again.', zh: '打开的文件过多。请关闭其他程序后重试。' },
  'problem.diskFull': { en: 'The disk is full (while reading it). Free some space and try again.', zh: '磁盘已满。请腾出空间后重试。' },
  'problem.nameLong': { en: 'Its name is too long for this disk. Give it a shorter one.', zh: '文件名对该磁盘而言过长。请改用较短的名称。' },
  'problem.unread': { en: 'It could not be read. Open it with another program to see whether it is whole.', zh: '无法读取。请用其他软件打开，确认文件是否完好。' },
  'problem.packedBadly': { en: 'This entry of the archive is damaged. Pack it again, or unpack it yourself.', zh: '压缩包中的该文件已损坏。请重新压缩，或自行解压。' },
  'problem.packedOtherwise': { en: 'This entry is packed in a way that cannot be read here. Unpack the archive, or pack it as an ordinary ZIP.', zh: '该文件的压缩方式此处无法读取。请解压，或重新打包为普通 ZIP。' },
  'problem.sourceGone': { en: 'What it was imported from is not there any more. Drop or choose it again, as after every import from a browser.', zh: '导入来源已不存在。请重新拖入或选择（从浏览器导入后总需如此）。' },
  'problem.password': { en: 'This entry is protected by a password. Unpack the archive first.', zh: '该文件受密码保护。请先解压压缩包。' },
  'problem.unsafePath': { en: 'The archive names a place outside of itself; this entry was left out.', zh: '压缩包中的路径指向包外，该文件未予导入。' },

  'problem.labelClass': { en: '{file} gives it a class, but no picture of this name is there.', zh: '{file} 为它指定了类别，但没有这个名称的图片。' },
  'problem.labelPart': { en: '{file} gives it a part, but no picture of this name is there.', zh: '{file} 为它指定了划分，但没有这个名称的图片。' },
  'problem.labelCopy': { en: '{file} gives it what it is a copy of, but no picture of this name is there.', zh: '{file} 说明它是另一张图片的副本，但没有这个名称的图片。' },
  'problem.notes': { en: 'It cannot be used ({reason}), so the pictures come without what it keeps: the split’s seed, the set’s settings, classes without pictures, crop boxes and the recipes of augmented copies.', zh: '该文件无法使用（{reason}），因此其中保存的划分种子、数据集设置、无图片的类别、裁剪框和增强副本配方未能恢复。' },

  /** As a studio before this one wrote it down. */
  'problem.text': { en: '{text}', zh: '{text}' },
} as const satisfies Record<string, Words>
